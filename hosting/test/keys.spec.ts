import type { Locator, Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { expect, newAccount, signedIn, signIn, signUp, test } from './support/fixtures.ts';
import { generateWithKey, signOutElsewhere } from './support/stack.ts';

const SHAPE = /^fg_(live|test)_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}$/;

/** A name that no other test of this worker's account has. */
const unique = (name: string) => `${name}-${Math.random().toString(36).slice(2, 8)}`;
const row = (page: Page, name: string): Locator => page.getByRole('row').filter({ hasText: name });
const dialog = (page: Page): Locator => page.getByRole('dialog');

async function openCreate(page: Page, name: string): Promise<void> {
  await page.goto('/keys');
  await page.getByRole('button', { name: 'Create key' }).click();
  await dialog(page).getByLabel('Name').fill(name);
}

/** The text in the dialog that shows it once; the dialog stays open. */
async function secret(page: Page): Promise<string> {
  await expect(dialog(page).getByRole('heading', { name: 'Copy your key now' })).toBeVisible();
  return dialog(page).getByLabel('Key', { exact: true }).inputValue();
}

async function store(page: Page): Promise<void> {
  await dialog(page).getByLabel('I have stored this key').check();
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await expect(dialog(page)).toHaveCount(0);
}

async function create(page: Page, name: string): Promise<string> {
  await openCreate(page, name);
  await dialog(page).getByRole('button', { name: 'Create key' }).click();
  const text = await secret(page);
  await store(page);
  return text;
}

async function act(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

test('an account without keys is told what one is for; the first appears at once', async ({ page }) => {
  await signUp(page, newAccount());
  await page.goto('/keys');
  await expect(page.getByText('No keys yet')).toBeVisible();
  await page.getByRole('button', { name: 'Create key' }).click();
  await dialog(page).getByLabel('Name').fill('first');
  // The list must not be needed for the row to appear.
  await page.route('**/api/v1/api-keys?*', (route) => route.abort());
  await dialog(page).getByRole('button', { name: 'Create key' }).click();
  await secret(page);
  await store(page);
  await expect(row(page, 'first')).toContainText('Active');
});

signedIn('a key is made with all that can be set, works, and shows its use', async ({ page }) => {
  const name = unique('checkout-bot');
  await openCreate(page, name);
  await dialog(page).getByLabel('Budget, USD').fill('12.50');
  await dialog(page).getByLabel('Budget period').selectOption('week');
  await dialog(page).getByLabel('Expires').fill('2099-01-01T12:00');
  await dialog(page).getByText('Models, limits, rotation, tags').click();
  await dialog(page).getByRole('combobox', { name: 'Models' }).click();
  await page.getByRole('combobox', { name: 'Search models' }).fill('luna');
  await page.getByRole('option', { name: 'gpt-6-luna' }).click();
  await page.keyboard.press('Escape');
  await dialog(page).getByLabel('Requests per minute').fill('60');
  await dialog(page).getByLabel('New secret every, days').fill('30');
  await dialog(page).getByLabel('Old secret works on for').selectOption('1 hour');
  await dialog(page).getByLabel('Tags').fill('team=search');
  await dialog(page).getByRole('button', { name: 'Create key' }).click();
  const key = await secret(page);
  expect(key).toMatch(SHAPE);
  await expect(dialog(page).getByText('/gateway/v1/chat/completions')).toBeVisible();
  await expect(dialog(page).getByRole('region', { name: 'curl example' })).not.toContainText(key.slice(-20));
  await store(page);

  expect(await generateWithKey(key, 'gpt-6-luna')).toBe(200);
  expect(await generateWithKey(key, 'claude-sonnet-5')).toBe(403);

  await page.reload();
  await expect(row(page, name)).toContainText('/ $12.50');
  await expect(row(page, name)).toContainText('<$0.01');
  await row(page, name).getByRole('link').click();
  await expect(page).toHaveURL(/\/keys\/[0-9A-Za-z]{16}$/);
  for (const fact of [
    '60 requests a minute',
    'Every 30 days; the old secret works on for 60 min',
    'team=search',
    'gpt-6-luna',
  ]) {
    await expect(page.getByRole('region', { name: 'Settings' }).getByText(fact)).toBeVisible();
  }
  const log = page.getByRole('table', { name: 'Audit log' });
  await expect(log.getByRole('row').filter({ hasText: 'Created' })).toContainText('You');
});

signedIn('the dialog with a key asks before it closes, by every way', async ({ page }) => {
  await page.goto('/settings');
  await page.getByRole('link', { name: 'API keys' }).click();
  await page.getByRole('button', { name: 'Create key' }).click();
  await dialog(page).getByLabel('Name').fill(unique('asked'));
  await dialog(page).getByRole('button', { name: 'Create key' }).click();
  const text = await secret(page);
  const warning = dialog(page).getByRole('alert');
  await expect(dialog(page).getByRole('button', { name: 'Done' })).toBeDisabled();
  await page.mouse.click(5, 5);
  await expect(dialog(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(warning).toContainText('this key is lost');
  await dialog(page).getByRole('button', { name: 'Keep it open' }).click();
  await expect(warning).toHaveCount(0);
  await page.goBack();
  await expect(warning).toBeVisible();
  expect(await secret(page)).toBe(text);
  await dialog(page).getByRole('button', { name: 'Close without storing' }).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(page.getByText(text)).toHaveCount(0);
});

signedIn('the key is copied whole', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openCreate(page, unique('copied'));
  await dialog(page).getByRole('button', { name: 'Create key' }).click();
  const text = await secret(page);
  await dialog(page).getByRole('button', { name: 'Copy the key' }).click();
  await expect(dialog(page).getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
});

signedIn('what cannot be sent is said at its field, and nothing is lost', async ({ page }) => {
  await openCreate(page, '');
  await dialog(page).getByLabel('Budget, USD').fill('five');
  await dialog(page).getByRole('checkbox', { name: 'generate' }).uncheck();
  await dialog(page).getByRole('checkbox', { name: 'models:read' }).uncheck();
  await dialog(page).getByRole('button', { name: 'Create key' }).click();
  for (const message of ['Give the key a name.', 'An amount in USD', 'Choose at least one scope.']) {
    await expect(dialog(page).getByText(message)).toBeVisible();
  }
  await page.mouse.click(5, 5);
  await expect(dialog(page).getByLabel('Budget, USD')).toHaveValue('five');
});

signedIn('a rotated key has a new text once; the old one stops without grace', async ({ page }) => {
  const name = unique('rotated');
  const before = await create(page, name);
  await act(page, name, 'Rotate');
  await dialog(page).getByLabel('The old secret works on for').selectOption('No grace: at once');
  await dialog(page).getByRole('button', { name: 'Rotate key' }).click();
  const after = await secret(page);
  expect(after).toMatch(SHAPE);
  expect(after).not.toBe(before);
  expect(after.slice(0, 24)).toBe(before.slice(0, 24));
  await store(page);
  expect(await generateWithKey(after, 'gpt-6-luna')).toBe(200);
  expect(await generateWithKey(before, 'gpt-6-luna')).toBe(401);
});

signedIn('an edit sends what changed and clears what was emptied', async ({ page }) => {
  const name = unique('edited');
  await openCreate(page, name);
  await dialog(page).getByLabel('Budget, USD').fill('5');
  await dialog(page).getByRole('button', { name: 'Create key' }).click();
  await secret(page);
  await store(page);
  await act(page, name, 'Edit');
  await expect(dialog(page).getByLabel('Budget, USD')).toHaveValue('5');
  await dialog(page).getByLabel('Budget, USD').fill('');
  await dialog(page).getByLabel('Name').fill(`${name}-b`);
  const sent = page.waitForRequest((request) => request.method() === 'PATCH');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  expect((await sent).postDataJSON()).toEqual({ name: `${name}-b`, budget: null });
  await expect(dialog(page)).toHaveCount(0);
  await expect(row(page, `${name}-b`)).not.toContainText('/ $5');
  await row(page, `${name}-b`).getByRole('link').click();
  await expect(page.getByRole('row').filter({ hasText: 'Changed' })).toContainText(
    `name: ${name} → ${name}-b`,
  );
});

signedIn('a revoked key is refused from the next request on', async ({ page }) => {
  const name = unique('revoked');
  const key = await create(page, name);
  expect(await generateWithKey(key, 'gpt-6-luna')).toBe(200);
  await act(page, name, 'Revoke');
  await dialog(page).getByRole('button', { name: 'Keep it' }).click();
  await expect(row(page, name)).toContainText('Active');
  await act(page, name, 'Revoke');
  await dialog(page).getByRole('button', { name: 'Revoke key' }).click();
  await expect(row(page, name)).toContainText('Revoked');
  expect(await generateWithKey(key, 'gpt-6-luna')).toBe(401);
});

signedIn('by keyboard alone: create, store, open', async ({ page }) => {
  const name = unique('typed');
  await page.goto('/keys');
  await page.getByRole('button', { name: 'Create key' }).focus();
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByLabel('Name')).toBeFocused();
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await secret(page);
  await dialog(page).getByLabel('I have stored this key').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);
  await row(page, name).getByRole('link').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
});

signedIn('a list that fails says so and comes back', async ({ page }) => {
  await page.route('**/api/v1/api-keys?*', (route) =>
    route.fulfill({
      status: 403,
      json: { error: { code: 'forbidden', message: 'Not now.', requestId: 'r1' } },
    }),
  );
  await page.goto('/keys');
  await expect(page.getByRole('alert')).toContainText('Not now.');
  await page.unroute('**/api/v1/api-keys?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a session that was ended elsewhere is left and comes back here', async ({ page }) => {
  const account = newAccount();
  await signUp(page, account);
  // The server compares whole seconds.
  await page.waitForTimeout(1100);
  await signOutElsewhere(account);
  // Not loaded anew: then Firebase's SDK would notice by itself.
  await page.getByRole('link', { name: 'API keys' }).click();
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await signIn(page, account);
  await expect(page.getByText('No keys yet')).toBeVisible();
});

signedIn('no such key', async ({ page }) => {
  await page.goto('/keys/0000000000000000');
  await expect(page.getByText('There is no such key on this account.')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    signedIn('axe: the list, each dialog, one key', async ({ page }) => {
      const name = unique('axe');
      await openCreate(page, name);
      await dialog(page).getByText('Models, limits, rotation, tags').click();
      expect(await violations(page), 'create').toEqual([]);
      await dialog(page).getByRole('button', { name: 'Create key' }).click();
      await secret(page);
      await page.keyboard.press('Escape');
      await expect(dialog(page).getByRole('alert')).toBeVisible();
      expect(await violations(page), 'secret').toEqual([]);
      await store(page);
      expect(await violations(page), 'list').toEqual([]);
      await act(page, name, 'Rotate');
      expect(await violations(page), 'rotate').toEqual([]);
      await page.keyboard.press('Escape');
      await row(page, name).getByRole('link').click();
      await expect(page.getByRole('table', { name: 'Audit log' })).toBeVisible();
      expect(await violations(page), 'one key').toEqual([]);
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  signedIn('the list, the dialogs and one key fit', async ({ page }) => {
    const name = unique('a-name-that-is-much-longer-than-any-phone-is-wide-and-still-one-word');
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    await openCreate(page, name);
    expect(await fits()).toBe(true);
    await dialog(page).getByRole('button', { name: 'Create key' }).click();
    await secret(page);
    const box = await dialog(page).boundingBox();
    expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 999) <= 390).toBe(true);
    await store(page);
    expect(await fits()).toBe(true);
    await expect(page.getByRole('button', { name: `Actions for ${name}` })).toBeInViewport();
    await row(page, name).getByRole('link').click();
    await expect(page.getByRole('table', { name: 'Audit log' })).toBeVisible();
    expect(await fits()).toBe(true);
  });
});
