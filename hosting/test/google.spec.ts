import { expect, newAccount, prompt, test } from './support/fixtures.ts';

test('Google sign-in, emulated, without network', async ({ page }) => {
  const { email } = newAccount();
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  const dialog = page.getByRole('dialog', { name: 'Emulated Google account' });
  await dialog.getByLabel('Google address').fill(email);
  await dialog.getByLabel('Name').fill('Grace Hopper');
  await dialog.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(prompt(page)).toBeVisible();
  // Google vouches for the address.
  await expect(page.getByRole('region', { name: 'Verify your address' })).toHaveCount(0);
  await page.goto('/settings');
  await expect(page.getByText('Grace Hopper')).toBeVisible();
  await expect(page.getByText('You sign in with Google: this account has no password here.')).toBeVisible();
});

test('Google sign-in by the pop-up of the Auth emulator', async ({ page, context }) => {
  const { email } = newAccount();
  // The frames talk through a script of Google's that is out of reach here; the rest of the flow is the real one.
  await context.route('https://apis.google.com/js/api.js*', (route) =>
    route.fulfill({ path: `${import.meta.dirname}/support/gapi.js`, contentType: 'text/javascript' }),
  );
  for (const host of ['https://unpkg.com/**', 'https://fonts.googleapis.com/**']) {
    await context.route(host, (route) => route.abort());
  }
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  const [popup] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('button', { name: 'Use the emulator\u2019s pop-up' }).click(),
  ]);
  await popup.locator('.js-new-account').click();
  await popup.locator('#email-input').fill(email);
  await popup.locator('#display-name-input').fill('Grace Hopper');
  await popup.locator('#sign-in').click();
  await expect(prompt(page)).toBeVisible();
  await page.goto('/settings');
  await expect(page.getByText(email)).toBeVisible();
});

test('a pop-up that can’t be opened says so and leaves the page usable', async ({ page, context }) => {
  await context.route('https://apis.google.com/**', (route) => route.abort());
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Continue with Google' }).click();
  await page.getByRole('button', { name: 'Use the emulator\u2019s pop-up' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Continue with Google' })).toBeEnabled();
});
