import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import {
  column,
  expect,
  figure,
  newAccount,
  openModels,
  run,
  signedIn,
  signUp,
  test,
} from './support/fixtures.ts';

async function ask(page: Page, ...models: string[]): Promise<void> {
  await openModels(page, ...models);
  await run(page, 'Hello [[sandbox: tokens=200 delay=0]]');
  for (const index of models.keys()) {
    // The emulator starts a process for a function that was not called for a while.
    await expect(figure(column(page, index), 'State')).toHaveText('Done', { timeout: 40_000 });
  }
}

const metric = (page: Page, name: string) =>
  page.locator('dl > div').filter({ has: page.locator('dt', { hasText: name }) });

test('usage adds up what was run: figures, chart, tables, CSV', async ({ page }) => {
  await signUp(page, newAccount());
  await page.goto('/usage');
  await expect(page.getByText('Nothing was used in these days.')).toBeVisible();
  await ask(page, 'gpt-6-luna', 'claude-sonnet-5');
  await page.getByRole('link', { name: 'Usage' }).click();
  await expect(metric(page, 'Requests')).toContainText('2');
  await expect(metric(page, 'Requests')).toContainText('100.0% succeeded');
  await expect(metric(page, 'Errors')).toContainText('0 of 2');

  await expect(page.getByRole('img', { name: /Spend per day/ })).toBeVisible();
  await page.getByText('The figures of the chart').click();
  const figures = page.getByRole('table', { name: 'Spend per day' });
  await expect(figures.getByRole('columnheader')).toHaveText([
    'Day, UTC',
    'claude-sonnet-5',
    'gpt-6-luna',
    'Sum',
  ]);
  await expect(figures.getByRole('row')).toHaveCount(2);

  await expect(page.getByRole('table', { name: 'Usage by model' }).getByRole('row')).toHaveCount(3);
  await page.getByRole('button', { name: 'API key' }).click();
  await expect(page).toHaveURL(/group=apiKey/);
  await expect(page.getByRole('table', { name: 'Usage by api key' })).toContainText('Without a key');

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^usage-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain('model');
});

signedIn('the range lives in the URL', async ({ page }) => {
  await page.goto('/usage');
  await expect(page.getByRole('button', { name: '30d' })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: '7d' }).click();
  await expect(page).toHaveURL(/from=\d{4}-\d\d-\d\d$/);
  await expect(page.getByRole('button', { name: '7d' })).toHaveAttribute('aria-pressed', 'true');
  await page.getByLabel('From, UTC').fill('2026-01-01');
  await page.getByLabel('To, UTC').fill('2026-01-31');
  await expect(page).toHaveURL(/from=2026-01-01&to=2026-01-31$/);
  await page.reload();
  await expect(page.getByLabel('To, UTC')).toHaveValue('2026-01-31');
  await expect(page.getByText('Nothing was used in these days.')).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel('From, UTC')).toHaveValue('2026-01-01');
});

test('requests: what was asked, filtered, opened, asked again', async ({ page }) => {
  await signUp(page, newAccount());
  await page.goto('/requests');
  await expect(page.getByText('Nothing was asked yet.')).toBeVisible();
  await ask(page, 'gpt-6-luna', 'claude-sonnet-5');
  await page.getByRole('link', { name: 'Requests' }).click();
  const rows = page.getByRole('table', { name: 'Requests' }).getByRole('row');
  await expect(rows).toHaveCount(3);
  await page.getByLabel('Provider', { exact: true }).selectOption('anthropic');
  await expect(page).toHaveURL(/provider=anthropic/);
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('claude-sonnet-5');

  // By keyboard, as the row itself takes no focus.
  await rows.nth(1).getByRole('button').focus();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Request' });
  await expect(drawer).toContainText('Completed');
  await expect(drawer).toContainText('per million tokens');
  await expect(drawer.getByRole('listitem')).toContainText('anthropic/claude-sonnet-5');
  await expect(drawer.getByRole('listitem')).toContainText(/\d ms|\d s/);
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
  await expect(rows.nth(1).getByRole('button')).toBeFocused();

  await rows.nth(1).getByText('claude-sonnet-5').click();
  await drawer.getByRole('link', { name: 'Open in playground' }).click();
  await expect(page).toHaveURL(/\/playground\?m=anthropic\/claude-sonnet-5$/);
  await expect(column(page)).toContainText('claude-sonnet-5');
});

signedIn('a filter that fits nothing offers the way back', async ({ page }) => {
  await page.goto('/requests?model=no-such-model');
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue('no-such-model');
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(page).toHaveURL(/\/requests$/);
});

signedIn('the next page is read with its cursor', async ({ page }) => {
  const record = (id: string) => ({
    id,
    timestamp: '2026-11-20T10:00:00.000Z',
    userId: 'u',
    provider: 'openai',
    model: id,
    route: '/api/v1/llm/generate',
    inputTokens: 1,
    outputTokens: 1,
    cachedInputTokens: 0,
    cacheWriteInputTokens: 0,
    reasoningTokens: 0,
    cost: { usd: '0.000001000' },
    latencyMs: 10,
    status: 'ok',
    terminationReason: 'completed',
    source: 'provider',
    attempts: [],
  });
  await page.route('**/api/v1/usage?*', (route) => {
    const cursor = new URL(route.request().url()).searchParams.get('cursor');
    return route.fulfill({
      json: cursor === 'two' ? { items: [record('old')] } : { items: [record('new')], nextCursor: 'two' },
    });
  });
  await page.goto('/requests');
  const rows = page.getByRole('table', { name: 'Requests' }).getByRole('row');
  await page.getByRole('button', { name: 'Load more' }).click();
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(2)).toContainText('old');
  await expect(page.getByRole('button', { name: 'Load more' })).toHaveCount(0);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    signedIn('axe: usage and requests', async ({ page }) => {
      await ask(page, 'gpt-6-luna');
      await page.goto('/usage');
      await page.getByText('The figures of the chart').click();
      await expect(page.getByRole('table', { name: 'Spend per day' }).getByRole('row')).toHaveCount(2);
      expect(await violations(page), 'usage').toEqual([]);
      await page.goto('/requests');
      await page.getByRole('table').getByRole('button').first().click();
      await expect(page.getByRole('dialog', { name: 'Request' })).toBeVisible();
      expect(await violations(page), 'drawer').toEqual([]);
      await page.keyboard.press('Escape');
      expect(await violations(page), 'requests').toEqual([]);
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  signedIn('usage, requests and one of them fit', async ({ page }) => {
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    await ask(page, 'gpt-6-luna');
    await page.goto('/usage');
    await expect(page.getByRole('img', { name: /Spend per day/ })).toBeVisible();
    expect(await fits()).toBe(true);
    await page.goto('/requests');
    const row = page.getByRole('table').getByRole('row').nth(1);
    await expect(row).toBeVisible();
    expect(await fits()).toBe(true);
    await row.click();
    await expect(page.getByRole('dialog', { name: 'Request' }).getByText('Attempts')).toBeVisible();
    expect(await fits()).toBe(true);
  });
});
