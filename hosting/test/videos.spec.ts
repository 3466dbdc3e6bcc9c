import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { expect, signedIn, test } from './support/fixtures.ts';

// Jobs are done by ffmpeg, in a worker process that the first of them starts.
test.slow();

/** A small real video on the disk, and gone with the test. */
const withClip = async (seconds: number, size: string, use: (file: string) => Promise<void>) => {
  const folder = mkdtempSync(join(tmpdir(), 'firegate-browser-'));
  const file = join(folder, 'holiday.mp4');
  const source = `testsrc=duration=${seconds}:size=${size}:rate=25`;
  execFileSync('ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', source],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', file],
  ]);
  try {
    await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

async function upload(page: Page, file: string): Promise<void> {
  await page.goto('/videos');
  await page.getByLabel('Upload a video').setInputFiles(file);
  await expect(page.getByLabel('Video', { exact: true })).toHaveValue(/^file_/);
}

const state = (page: Page) => page.locator('main p[role="status"]');

signedIn('a clip is cut from an uploaded video, played, and given a thumbnail', async ({ page }) => {
  await withClip(3, '160x120', async (file) => {
    await upload(page, file);
    await page.getByLabel('From, seconds').fill('0.5');
    await page.getByLabel('To, seconds').fill('2');
    await page.getByRole('button', { name: 'Start' }).click();

    await expect(page).toHaveURL(/\/videos\/vid_/);
    await expect(page.getByRole('heading', { name: 'Trim 0.5 s to 2 s' })).toBeVisible();
    await expect(state(page)).toHaveText('Done', { timeout: 40_000 });
    // It plays, under the pages' policy: the player knows how long it is.
    const player = page.getByLabel('Trim 0.5 s to 2 s');
    await expect.poll(() => player.evaluate((video: HTMLVideoElement) => video.duration)).toBeCloseTo(1.5, 1);
    await expect(page.getByText('h264, 160 × 120')).toBeVisible();
    expect(await violations(page), 'done').toEqual([]);

    await page.getByRole('link', { name: 'Videos', exact: true }).first().click();
    await expect(page.getByRole('row').filter({ hasText: 'Trim 0.5 s to 2 s' })).toContainText('Done');
    await page.getByLabel('Video', { exact: true }).selectOption({ label: 'holiday-trim.mp4' });
    await page.getByLabel('Operation').selectOption('Thumbnail');
    await page.getByLabel('At, seconds').fill('1');
    await page.getByRole('button', { name: 'Start' }).click();
    await expect(state(page)).toHaveText('Done', { timeout: 40_000 });
    const picture = page.getByRole('img', { name: 'Thumbnail at 1 s' });
    await expect
      .poll(() => picture.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]))
      .toEqual([160, 120]);
  });
});

signedIn('progress is shown while a job runs, and it is cancelled', async ({ page }) => {
  await withClip(60, '1280x720', async (file) => {
    await upload(page, file);
    await page.getByLabel('Operation').selectOption('Convert');
    await page.getByRole('button', { name: 'Start' }).click();
    await expect(state(page)).toHaveText(/Running [1-9]\d?%/, { timeout: 40_000 });
    expect(await violations(page), 'running').toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(state(page)).toHaveText('Cancelled', { timeout: 30_000 });
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
  await expect(state(page)).toHaveText('Done', { timeout: 40_000 });
  const player = page.getByLabel('sora-2, 4 s, 1280 × 720');
  await expect.poll(() => player.evaluate((video: HTMLVideoElement) => video.duration)).toBeCloseTo(4, 0);
});

signedIn('what can’t be done says why', async ({ page }) => {
  await withClip(1, '64x48', async (file) => {
    await upload(page, file);
    await page.getByLabel('Operation').selectOption('Thumbnail');
    await page.getByLabel('At, seconds').fill('9');
    await page.getByRole('button', { name: 'Start' }).click();
    await expect(state(page)).toHaveText('Failed', { timeout: 40_000 });
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
