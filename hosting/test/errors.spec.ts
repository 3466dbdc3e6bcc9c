import type { Locator } from '@playwright/test';
import { column, expect, figure, openModels, prompt, run, signedIn, test } from './support/fixtures.ts';
import { planFault } from './support/stack.ts';

const MODEL = 'gpt-6-luna';

signedIn(
  'a provider’s 429 that the gateway would wait too long for counts its Retry-After down',
  async ({ page }) => {
    const model = 'gpt-5.4-nano';
    await planFault({ kind: 'rate_limit', model, retryAfterSeconds: 40 });
    await openModels(page, model);
    await run(page, 'Hello');
    const failed = column(page);
    await expect(failed.getByRole('alert')).toContainText('over its rate limit');
    await expect(figure(failed, 'State')).toHaveText('Failed');
    await expect(figure(failed, 'Request')).toHaveText(/^req_/);
    await expect(failed.getByRole('button', { name: /^Retry in (40|3\d) s$/ })).toBeDisabled();
  },
);

signedIn('the gateway’s own 429 counts down too, then the retry works', async ({ page }) => {
  // A limit of the free tier is too high to be reached here in reasonable time.
  const error = { code: 'rate_limited', message: 'Too many requests.', requestId: 'req_limited' };
  await page.route('**/openaiGenerate', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const headers = {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Retry-After',
      'retry-after': '3',
    };
    await route.fulfill({ status: 429, headers, json: { error } });
  });
  await openModels(page, MODEL);
  await run(page, 'One too many');
  await expect(column(page).getByRole('alert')).toContainText('Too many requests');
  await expect(figure(column(page), 'Request')).toHaveText('req_limited');
  await expectCountdown(column(page));
  await page.unroute('**/openaiGenerate');
  await column(page).getByRole('button', { name: 'Retry', exact: true }).click();
  await expect(figure(column(page), 'State')).toHaveText('Done');
  await expect(column(page).getByRole('alert')).toHaveCount(0);
});

/** Retry counts whole seconds down, disabled, and then is ready. */
async function expectCountdown(failed: Locator): Promise<void> {
  const waiting = failed.getByRole('button', { name: /^Retry in \d+ s$/ });
  await expect(waiting).toBeDisabled();
  await expect(failed.getByRole('button', { name: 'Retry', exact: true })).toBeEnabled({ timeout: 15_000 });
}

for (const [fault, words] of [
  ['server_error', /provider/i],
  ['overloaded', /busy|provider|overloaded/i],
] as const) {
  signedIn(`a provider's ${fault} is told in words, with a retry`, async ({ page }) => {
    await openModels(page, MODEL);
    await run(page, `Hello [[sandbox: fault=${fault}]]`);
    await expect(column(page).getByRole('alert')).toContainText(words);
    await expect(column(page).getByRole('button', { name: /^Retry/ })).toBeVisible();
  });
}

signedIn('a stream that breaks off keeps what arrived and says so', async ({ page }) => {
  await openModels(page, MODEL);
  await run(page, 'Hello [[sandbox: fault=cut afterEvents=20 delay=10]]');
  await expect(figure(column(page), 'State')).toHaveText('Failed');
  await expect(column(page).getByRole('log')).toContainText('sandbox');
  await expect(column(page).getByRole('alert')).toBeVisible();
});

signedIn('a request that can’t be right is refused without a retry', async ({ page }) => {
  await openModels(page, MODEL);
  await page.route('**/openaiGenerate', async (route) => {
    await route.continue({ postData: JSON.stringify({ model: 'no-such-model', prompt: 'x', stream: true }) });
  });
  await run(page, 'Hello');
  await expect(column(page).getByRole('alert')).toBeVisible();
  await expect(column(page).getByRole('button', { name: /^Retry/ })).toHaveCount(0);
});

signedIn('offline is told, and the retry waits for the network', async ({ page, context }) => {
  await openModels(page, MODEL);
  await prompt(page).fill('Hello');
  await context.setOffline(true);
  await page.getByRole('button', { name: /^Run/ }).click();
  await expect(column(page).getByRole('alert')).toContainText('You are offline');
  await expect(column(page).getByRole('button', { name: 'Retry when online' })).toBeDisabled();
  await context.setOffline(false);
  await column(page).getByRole('button', { name: 'Retry', exact: true }).click();
  await expect(figure(column(page), 'State')).toHaveText('Done');
});

signedIn('a client token that is refused is fetched anew once, unnoticed', async ({ page }) => {
  let asked = 0;
  await page.route('**/api/v1/auth/client-token', async (route) => {
    asked += 1;
    const response = await route.fetch();
    const token = await response.json();
    // The first one was signed with a secret that has been rotated away since.
    const clientToken = asked === 1 ? `${token.clientToken.slice(0, -6)}AAAAAA` : token.clientToken;
    await route.fulfill({ response, json: { ...token, clientToken } });
  });
  await openModels(page, MODEL);
  await run(page, 'Hello');
  await expect(figure(column(page), 'State')).toHaveText('Done');
  expect(asked).toBe(2);
});

signedIn('a model that is not offered is named, and another can be chosen', async ({ page }) => {
  const model = `a-model-with-${'a-very-'.repeat(20)}long-name`;
  await page.goto(`/playground?m=${model}`);
  await expect(column(page)).toContainText('This gateway does not offer');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await column(page).getByRole('combobox').first().click();
  await page.getByPlaceholder('Search models').fill(MODEL);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`m=${MODEL}$`));
});

test.describe('at the start', () => {
  // The router logs the error that it then shows.
  test.use({ tolerated: /Failed to load resource|The gateway does not answer/ });

  test('a gateway that does not answer can be tried again', async ({ page }) => {
    await page.route('**/api/v1/client-config', (route) => route.abort());
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'The console could not start' })).toBeVisible();
    await page.unroute('**/api/v1/client-config');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });
});
