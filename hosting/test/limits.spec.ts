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

test('the strip counts a run as soon as it has ended; the page shows each limit', async ({ page }) => {
  await signUp(page, newAccount());
  const strip = page.getByRole('link', { name: /^Limits: / });
  await expect(strip).toHaveAccessibleName(/Today \$0\.00 \/ \$20 RPM 0 \/ 120/);
  await openModels(page, 'gpt-6-luna');
  await run(page, 'Hello');
  await expect(figure(column(page), 'State')).toHaveText('Done');
  await expect(strip).toHaveAccessibleName(/Today <\$0\.01 \/ \$20/);
  await strip.click();
  await expect(page.getByRole('heading', { name: 'Limits' })).toBeVisible();
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  await expect(row('Spend today')).toContainText('<$0.01 / $20');
  await expect(row('Spend today')).toContainText('$20.00');
  await expect(row('Spend today')).toContainText(/in \d+ (h|min|s)/);
  await expect(row('Requests per minute')).toContainText('/ 120');
  await expect(row('Requests at once')).toContainText('0 / 10');
  await expect(row('Tokens')).toContainText('Free');
});

signedIn('limits that are used up or nearly so say so', async ({ page }) => {
  await page.route('**/api/v1/limits', (route) =>
    route.fulfill({
      json: {
        tier: 'free',
        items: [
          {
            name: 'budget-day',
            unit: 'usd',
            limit: '20.000000000',
            remaining: '1.580000000',
            resetSeconds: 7200,
          },
          { name: 'requests-per-minute', unit: 'requests', limit: 120, remaining: 0, resetSeconds: 60 },
        ],
      },
    }),
  );
  await page.goto('/limits');
  await expect(page.getByRole('row').filter({ hasText: 'Spend today' })).toContainText('Nearly used up');
  await expect(page.getByRole('row').filter({ hasText: 'Requests per minute' })).toContainText('Used up');
  await expect(page.getByRole('link', { name: /Today \$18\.42 \/ \$20/ })).toBeVisible();
});

signedIn('the strip is read again on focus, not all the time', async ({ page }) => {
  let reads = 0;
  await page.route('**/api/v1/limits', (route) => {
    reads += 1;
    return route.continue();
  });
  await page.clock.install();
  await page.goto('/settings');
  await expect(page.getByRole('link', { name: /^Limits: / })).toBeVisible();
  expect(reads).toBe(1);
  await page.clock.runFor(60_000);
  expect(reads).toBe(1);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  await expect.poll(() => reads).toBe(2);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    signedIn('axe', async ({ page }) => {
      await page.goto('/limits');
      await expect(page.getByRole('row').filter({ hasText: 'Spend today' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  signedIn('all limits fit', async ({ page }) => {
    await page.goto('/limits');
    await expect(page.getByRole('row').filter({ hasText: 'Spend today' })).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });
});
