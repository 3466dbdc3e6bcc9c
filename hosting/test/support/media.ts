import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import sharp from 'sharp';

/** A PNG, red at the left and blue at the right. */
export async function picture(width = 400, height = 300): Promise<Buffer> {
  const half = { width: width / 2, height, channels: 3 } as const;
  const right = await sharp({ create: { ...half, background: '#0000ff' } })
    .png()
    .toBuffer();
  return sharp({ create: { ...half, width, background: '#ff0000' } })
    .composite([{ input: right, left: width / 2, top: 0 }])
    .png()
    .toBuffer();
}

/** The width and height that a picture has by itself, once the browser has drawn it. */
export const drawn = (image: Locator): Promise<[number, number]> =>
  image.evaluate((element: HTMLImageElement) =>
    element.decode().then(() => [element.naturalWidth, element.naturalHeight]),
  );

export async function generateImage(page: Page, words: string): Promise<void> {
  await page.getByLabel('Prompt').fill(words);
  await page.getByLabel('Quality').selectOption('low');
  await page.getByRole('button', { name: 'Generate', exact: true }).last().click();
}

/** A small real video on the disk, named holiday.mp4, and gone afterwards. */
export async function withClip(
  seconds: number,
  size: string,
  use: (file: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'firegate-browser-'));
  const file = join(folder, 'holiday.mp4');
  const source = `testsrc=duration=${seconds}:size=${size}:rate=25`;
  try {
    execFileSync('ffmpeg', [
      ...['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', source],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', file],
    ]);
    await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function uploadVideo(page: Page, file: string): Promise<void> {
  await page.goto('/videos');
  await page.getByLabel('Upload a video').setInputFiles(file);
  await expect(page.getByLabel('Video', { exact: true })).toHaveValue(/^file_/);
}

/** Where the page of a video job says how it stands. */
export const jobState = (page: Page): Locator => page.locator('main p[role="status"]');
