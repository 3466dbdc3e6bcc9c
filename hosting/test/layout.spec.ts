import {
  column,
  expect,
  figure,
  newAccount,
  openModels,
  prompt,
  run,
  signedIn,
  test,
} from './support/fixtures.ts';

const MODELS = ['gpt-6-luna', 'claude-sonnet-5'];

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  signedIn('a new person gets an answer; nothing is wider than the screen', async ({ page }) => {
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    await openModels(page, ...MODELS);
    await run(page, 'Hello');
    await expect(figure(column(page), 'State')).toHaveText('Done');
    await expect(figure(column(page, 1), 'State')).toHaveText('Done');
    expect(await fits()).toBe(true);
    await column(page, 1).scrollIntoViewIfNeeded();
    await expect(column(page, 1).getByRole('log')).toBeInViewport();
    await expect(page.getByRole('button', { name: /^Run/ })).toBeInViewport();
    await page.getByRole('button', { name: 'Parameters' }).click();
    await expect(page.getByLabel('Max tokens')).toBeVisible();
    expect(await fits()).toBe(true);
    await page.getByRole('button', { name: 'Places' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Settings' }).click();
    await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    expect(await fits()).toBe(true);
  });

  signedIn('the model picker fits', async ({ page }) => {
    await openModels(page, 'gpt-6-luna');
    await page.getByRole('combobox', { name: 'Add model' }).click();
    const box = await page.getByRole('dialog', { name: 'Choose a model' }).boundingBox();
    expect(box).not.toBeNull();
    expect((box?.x ?? 0) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= 360).toBe(true);
  });
});

test('by keyboard alone: sign up, choose a second model, run, stop, sign out', async ({ page }) => {
  const { email, password } = newAccount();
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Create an account' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Name').focus();
  await page.keyboard.type('Ada');
  await page.keyboard.press('Tab');
  await page.keyboard.type(email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await expect(prompt(page)).toBeVisible();

  await page.getByRole('combobox', { name: 'Add model' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByPlaceholder('Search models')).toBeFocused();
  await page.keyboard.type('claude-sonnet-5');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('column')).toHaveCount(2);

  await prompt(page).focus();
  await page.keyboard.type('Hello [[sandbox: tokens=1000 delay=40]]');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(figure(column(page), 'State')).toHaveText('Streaming');
  await page.keyboard.press('Escape');
  await expect(figure(column(page), 'State')).toHaveText('Stopped');
  await expect(figure(column(page, 1), 'State')).toHaveText('Stopped');

  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('combobox', { name: 'Search commands' })).toBeFocused();
  await page.keyboard.type('sign out');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

signedIn('Esc closes a pop-up before it stops a run', async ({ page }) => {
  await openModels(page, 'gpt-6-luna');
  await run(page, 'Hello [[sandbox: tokens=1000 delay=40]]');
  await expect(figure(column(page), 'State')).toHaveText('Streaming');
  await page.getByRole('combobox', { name: 'Add model' }).click();
  await expect(page.getByPlaceholder('Search models')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByPlaceholder('Search models')).toBeHidden();
  await expect(figure(column(page), 'State')).toHaveText('Streaming');
  await page.keyboard.press('Escape');
  await expect(figure(column(page), 'State')).toHaveText('Stopped');
});

signedIn('the first Tab offers to skip to the content', async ({ page }) => {
  await page.goto('/settings');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
});

test.describe('dark', () => {
  const background = (page: import('@playwright/test').Page) =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const DARK = 'rgb(13, 16, 18)';
  const LIGHT = 'rgb(244, 246, 247)';

  signedIn(
    'the system’s theme holds until another is chosen; the choice is there before the first paint',
    async ({ page }) => {
      await page.goto('/settings');
      await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await background(page)).toBe(DARK);
      await page.getByRole('button', { name: 'Theme' }).click();
      await page.getByRole('menuitemradio', { name: 'Light' }).click();
      expect(await background(page)).toBe(LIGHT);
      // Without the application's script: what stands in the document before it decides the first paint.
      await page.route('**/assets/*.js', (route) => route.abort());
      await page.reload({ waitUntil: 'domcontentloaded' });
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
      expect(await background(page)).toBe(LIGHT);
      await page.unroute('**/assets/*.js');
      await page.goto('/settings');
      await page.getByText('As the system').click();
      expect(await background(page)).toBe(DARK);
    },
  );
});
