import { violations } from './support/axe.ts';
import { column, expect, figure, openModels, run, signedIn, test } from './support/fixtures.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('signed out', async ({ page }) => {
      for (const path of [
        '/sign-in',
        '/sign-up',
        '/reset-password',
        '/auth/action?mode=verifyEmail&oobCode=x',
      ]) {
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        expect(await violations(page), path).toEqual([]);
      }
      await page.goto('/sign-up');
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page.getByText('Use at least 8 characters.')).toBeVisible();
      expect(await violations(page), 'with errors').toEqual([]);
      await page.getByRole('button', { name: 'Continue with Google' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await violations(page), 'dialog').toEqual([]);
    });

    signedIn('the playground in each of its states', async ({ page }) => {
      await openModels(page, 'gpt-6-luna', 'claude-sonnet-5');
      expect(await violations(page), 'empty').toEqual([]);
      await page.getByRole('button', { name: 'Parameters' }).click();
      await page.getByRole('combobox', { name: 'Add model' }).click();
      await expect(page.getByPlaceholder('Search models')).toBeVisible();
      expect(await violations(page), 'picker').toEqual([]);
      await page.keyboard.press('Escape');
      await run(page, 'Hello [[sandbox: tokens=1000 delay=30]]');
      await expect(figure(column(page), 'State')).toHaveText('Streaming');
      expect(await violations(page), 'streaming').toEqual([]);
      await page.keyboard.press('Escape');
      await run(page, 'Hello');
      await expect(figure(column(page), 'State')).toHaveText('Done');
      await expect(figure(column(page, 1), 'State')).toHaveText('Done');
      expect(await violations(page), 'answered').toEqual([]);
      await run(page, 'Hello [[sandbox: fault=rate_limit retryAfterSeconds=40]]');
      await expect(column(page).getByRole('alert')).toBeVisible();
      expect(await violations(page), 'failed').toEqual([]);
    });

    signedIn('settings, menus and commands', async ({ page }) => {
      await page.goto('/settings');
      await expect(page.getByText('free')).toBeVisible();
      expect(await violations(page), 'settings').toEqual([]);
      await page.getByRole('button', { name: 'Account' }).click();
      await expect(page.getByRole('menu')).toBeVisible();
      expect(await violations(page), 'menu').toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('ControlOrMeta+k');
      await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
      expect(await violations(page), 'commands').toEqual([]);
    });
  });
}
