import { violations } from './support/axe.ts';
import { expect, signedIn, test } from './support/fixtures.ts';
import { jobState, uploadVideo, withClip } from './support/media.ts';

// Jobs are done by ffmpeg, in a worker process that the first of them starts.
test.slow();

signedIn('progress is shown while a job runs, and it is cancelled', async ({ page }) => {
  await withClip(180, '1280x720', async (file) => {
    await uploadVideo(page, file);
    await page.getByLabel('Operation').selectOption('Convert');
    await page.getByRole('button', { name: 'Start' }).click();
    await expect(jobState(page)).toHaveText(/Running [1-9]\d?%/, { timeout: 40_000 });
    expect(await violations(page), 'running').toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(jobState(page)).toHaveText('Cancelled', { timeout: 30_000 });
    await expect(page.getByRole('button', { name: 'Cancel' })).toHaveCount(0);
  });
});

signedIn('a video is made by a model, for the price that is shown', async ({ page }) => {
  await page.goto('/videos');
  await page.getByRole('tab', { name: 'Make a video' }).click();
  await page.getByLabel('Prompt').fill('A cat that plays the piano');
  await page.getByLabel('Model').selectOption('sora-2-pro');
  await page.getByLabel('Length').selectOption('8 s');
  await expect(page.getByText('$2.40')).toBeVisible();
  await page.getByLabel('Model').selectOption('sora-2');
  await page.getByLabel('Length').selectOption('4 s');
  await expect(page.getByText('$0.40')).toBeVisible();
  await page.getByRole('button', { name: 'Make the video' }).click();
  await expect(page.getByRole('heading', { name: 'sora-2, 4 s, 1280 × 720' })).toBeVisible();
  await expect(jobState(page)).toHaveText('Done', { timeout: 40_000 });
  const player = page.getByLabel('sora-2, 4 s, 1280 × 720');
  await expect.poll(() => player.evaluate((video: HTMLVideoElement) => video.duration)).toBeCloseTo(4, 0);
});

signedIn('what can’t be done says why', async ({ page }) => {
  await withClip(1, '64x48', async (file) => {
    await uploadVideo(page, file);
    await page.getByLabel('Operation').selectOption('Thumbnail');
    await page.getByLabel('At, seconds').fill('9');
    await page.getByRole('button', { name: 'Start' }).click();
    await expect(jobState(page)).toHaveText('Failed', { timeout: 40_000 });
    await expect(page.getByText('there is nothing at 9 s')).toBeVisible();
  });
  await page.goto('/videos/vid_unknown');
  await expect(page.getByRole('alert')).toContainText('There is no such video job');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    signedIn('the page has no violations, and fits a phone', async ({ page }) => {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto('/videos');
      await expect(page.getByRole('heading', { name: 'Jobs' })).toBeVisible();
      expect(await violations(page), 'work').toEqual([]);
      await page.getByRole('tab', { name: 'Make a video' }).click();
      expect(await violations(page), 'make').toEqual([]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(390);
    });
  });
}
