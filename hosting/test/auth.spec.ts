import {
  column,
  expect,
  figure,
  newAccount,
  openModels,
  prompt,
  run,
  signIn,
  signOut,
  signUp,
  test,
} from './support/fixtures.ts';
import { newestCode, signOutElsewhere } from './support/stack.ts';

test('a new person signs up, signs out and in again', async ({ page }) => {
  const account = newAccount();
  await page.goto('/');
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.getByRole('link', { name: 'Create an account' }).click();
  await page.getByLabel('Name').fill(account.displayName);
  await page.getByLabel('Email').fill(account.email);
  await page.getByLabel('Password', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(prompt(page)).toBeVisible();
  await signOut(page);
  await signIn(page, account);
  await expect(prompt(page)).toBeVisible();
  await page.getByRole('button', { name: 'Account' }).click();
  await expect(page.getByRole('menu')).toContainText('Ada Lovelace');
  await expect(page.getByRole('menu')).toContainText(account.email);
});

test('the session outlives a reload and another tab; signing out ends it in both', async ({
  page,
  user,
  context,
}) => {
  await page.reload();
  await expect(prompt(page)).toBeVisible();
  const second = await context.newPage();
  await second.goto('/settings');
  await expect(second.getByText(user.email).first()).toBeVisible();
  await signOut(second);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('hours later the tokens have been renewed, and nobody noticed', async ({ page, user }) => {
  const renewed: string[] = [];
  page.on('request', (request) => {
    const [, name] = /\/(securetoken|client-token)\b/.exec(request.url()) ?? [];
    if (name !== undefined) renewed.push(name);
  });
  await page.clock.install();
  await openModels(page, 'gpt-6-luna');
  await run(page, 'Hello');
  await expect(figure(column(page), 'State')).toHaveText('Done');
  renewed.length = 0;
  await page.clock.fastForward('03:00:00');
  await run(page, 'Still there?');
  await expect(column(page).getByRole('log')).toContainText('Still there?');
  await expect(figure(column(page), 'State')).toHaveText('Done');
  expect(renewed).toContain('client-token');
  expect(renewed).toContain('securetoken');
  await page.getByRole('button', { name: 'Account' }).click();
  await expect(page.getByRole('menu')).toContainText(user.email);
});

test('a wrong password and an unknown address say the same', async ({ page, user }) => {
  await signOut(page);
  const message = 'The email address or the password is wrong.';
  await signIn(page, { email: user.email, password: 'not-this-one' });
  await expect(page.getByRole('alert')).toHaveText(message);
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await signIn(page, { email: newAccount().email, password: 'not-this-one' });
  await expect(page.getByRole('alert')).toHaveText(message);
});

test('forms say what is wrong before they ask the server', async ({ page }) => {
  await page.goto('/sign-up');
  await page.getByLabel('Email').fill('not an address');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('Enter an email address')).toBeVisible();
  await expect(page.getByText('Use at least 8 characters.')).toBeVisible();
  await expect(page.getByLabel('Email')).toBeFocused();
  await expect(page.getByLabel('Email')).toHaveAttribute('aria-invalid', 'true');
});

test('an address that is taken leads to signing in', async ({ page, user }) => {
  await signOut(page);
  await page.goto('/sign-up');
  await page.getByLabel('Email').fill(user.email);
  await page.getByLabel('Password', { exact: true }).fill('another-password');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('alert')).toContainText('There is an account with this address already');
});

test('a page that needs a session comes back after signing in', async ({ page, user }) => {
  await signOut(page);
  await page.goto('/settings');
  await expect(page).toHaveURL(/\/sign-in\?redirect=/);
  await signIn(page, user);
  await expect(page).toHaveURL(/\/settings$/);
});

test('a forgotten password is reset by the link in the mail', async ({ page, user }) => {
  await signOut(page);
  await page.getByRole('link', { name: 'Forgot it?' }).click();
  await expect(page.getByRole('heading', { name: 'Reset the password' })).toBeVisible();
  await page.getByLabel('Email').fill(user.email);
  await page.getByRole('button', { name: 'Send a reset link' }).click();
  await expect(page.getByRole('status')).toContainText('a link to reset its password is on the way');
  await page.goto(
    `/auth/action?mode=resetPassword&oobCode=${await newestCode('PASSWORD_RESET', user.email)}`,
  );
  await expect(page.getByText(`For ${user.email}`)).toBeVisible();
  await page.getByLabel('New password', { exact: true }).fill('a-new-password-1');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('heading', { name: 'Password changed' })).toBeVisible();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Email')).toHaveValue(user.email);
  await signIn(page, user);
  await expect(page.getByRole('alert')).toContainText('password is wrong');
  await signIn(page, { email: user.email, password: 'a-new-password-1' });
  await expect(prompt(page)).toBeVisible();
});

test('asking for a reset does not tell whether an address exists', async ({ page }) => {
  await page.goto('/reset-password');
  await page.getByLabel('Email').fill(newAccount().email);
  await page.getByRole('button', { name: 'Send a reset link' }).click();
  await expect(page.getByRole('status')).toContainText('If');
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a dead link says so and offers a new one', async ({ page }) => {
  await page.goto('/auth/action?mode=resetPassword&oobCode=nonsense');
  await expect(page.getByRole('alert')).toContainText('expired or was used before');
  await page.getByRole('link', { name: 'Ask for a new link' }).click();
  await expect(page.getByRole('heading', { name: 'Reset the password' })).toBeVisible();
});

test('the address is verified in another tab, and the banner goes by itself', async ({
  page,
  user,
  context,
}) => {
  const banner = page.getByRole('region', { name: 'Verify your address' });
  await expect(banner).toContainText(user.email);
  await banner.getByRole('button', { name: 'Send again' }).click();
  await expect(banner).toContainText('Sent again');
  const mail = await context.newPage();
  await mail.goto(`/auth/action?mode=verifyEmail&oobCode=${await newestCode('VERIFY_EMAIL', user.email)}`);
  await expect(mail.getByRole('heading', { name: 'Address verified' })).toBeVisible();
  await mail.close();
  // Chromium under test never hides a tab: say what it would say when the person comes back.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(banner).toBeHidden();
  await page.goto('/settings');
  await expect(page.getByText('Verified', { exact: true })).toBeVisible();
});

test('the password is changed after proving the current one', async ({ page, user }) => {
  await page.goto('/settings');
  await page.getByLabel('Current password', { exact: true }).fill('not-this-one');
  await page.getByLabel('New password', { exact: true }).fill('changed-password-2');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('This is not your current password.')).toBeVisible();
  await page.getByLabel('Current password', { exact: true }).fill(user.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Password changed.')).toBeVisible();
  await signOut(page);
  await signIn(page, { email: user.email, password: 'changed-password-2' });
  await expect(page.getByRole('button', { name: 'Account' })).toBeVisible();
});

test('signing out everywhere ends the session of another browser too', async ({ page, user, browser }) => {
  const elsewhere = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const other = await elsewhere.newPage();
  await other.goto('/sign-in');
  await signIn(other, user);
  await expect(prompt(other)).toBeVisible();
  // The server compares whole seconds.
  await page.waitForTimeout(1100);
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await other.reload();
  await expect(other.getByRole('alert').or(other.getByRole('heading', { name: 'Sign in' }))).toBeVisible();
  await elsewhere.close();
});

test('a session that was ended elsewhere asks to sign in again, and comes back to the prompt', async ({
  page,
  user,
}) => {
  await openModels(page, 'gpt-6-luna');
  // The server compares whole seconds.
  await page.waitForTimeout(1100);
  await signOutElsewhere(user);
  await run(page, 'Where was I?');
  await expect(column(page).getByRole('alert')).toContainText('Your session has ended');
  await column(page).getByRole('button', { name: 'Sign in again' }).click();
  await expect(page.getByText('Your session has ended. Sign in again to go on.')).toBeVisible();
  await signIn(page, user);
  await expect(prompt(page)).toHaveValue('Where was I?');
  await expect(page).toHaveURL(/\/playground\?m=gpt-6-luna$/);
  await page.getByRole('button', { name: /^Run/ }).click();
  await expect(figure(column(page), 'State')).toHaveText('Done');
});

test('the sign-in page leads to no other site', async ({ page }) => {
  const account = newAccount();
  await signUp(page, account);
  await signOut(page);
  await page.goto('/sign-in?redirect=//example.org/phish');
  await signIn(page, account);
  await expect(prompt(page)).toBeVisible();
});
