import type { Locator, Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { column, expect, figure, newAccount, run, signUp, test } from './support/fixtures.ts';
import { drawn, generateImage, jobState, picture, uploadVideo, withClip } from './support/media.ts';
import { sandboxTexts } from './support/stack.ts';

const region = (page: Page, name: string): Locator => page.getByRole('region', { name });

async function actOn(page: Page, name: RegExp | string, action: string): Promise<void> {
  const card = page.getByRole('listitem').filter({ hasText: name });
  await card.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

// What a new person does with all of it, one after the other; each page's own cases are in its own file.
test('a picture is uploaded and asked about, another made and resized, a clip cut and given a thumbnail', async ({
  page,
}) => {
  test.slow();
  await signUp(page, newAccount());
  const flag = await picture();

  await test.step('upload a picture', async () => {
    await page.goto('/files');
    await page
      .getByLabel('Files to upload')
      .setInputFiles([{ name: 'flag.png', mimeType: 'image/png', buffer: flag }]);
    await expect(page.getByRole('row').filter({ hasText: 'flag.png' })).toContainText('PNG image');
  });

  await test.step('ask a model about it', async () => {
    await page.goto('/images');
    await actOn(page, 'flag.png', 'Use in the playground');
    await expect(page.getByRole('button', { name: 'Remove flag.png' })).toBeVisible();
    await run(page, 'Which colours has this flag?');
    const answer = column(page);
    await expect(figure(answer, 'State')).toHaveText('Done');
    await expect(answer.getByRole('log').locator('img')).toHaveCount(1);
    await expect(answer.getByRole('log')).toContainText('Firegate sandbox');
    const sent = (await sandboxTexts()).find((text) => text?.includes('Which colours has this flag?'));
    expect(sent).toContain(flag.toString('base64'));
  });

  await test.step('make an image', async () => {
    await page.goto('/images');
    await generateImage(page, 'A lighthouse at dusk [[sandbox: delay=400]]');
    await expect(page.getByRole('img', { name: 'Unfinished' })).toBeVisible();
    const result = region(page, 'Result');
    await expect(result.getByText('Done')).toBeVisible();
    expect(await drawn(result.getByRole('img'))).toEqual([1024, 1024]);
    await expect(result.getByText('$0.01')).toBeVisible();
  });

  await test.step('resize it', async () => {
    await actOn(page, /lighthouse-at-dusk.*\.png/, 'Transform');
    await expect(page).toHaveURL(/task=transform/);
    await page.getByLabel('Width').fill('320');
    await page.getByLabel('Format').selectOption('webp');
    await page.getByRole('button', { name: 'Transform', exact: true }).last().click();
    const after = region(page, 'After');
    await expect(after.getByText('320 × 320 · WebP')).toBeVisible();
    expect(await drawn(after.getByRole('img'))).toEqual([320, 320]);
    expect(await drawn(region(page, 'Before').getByRole('img'))).toEqual([1024, 1024]);
    await actOn(page, /dusk.*\.webp/, 'Use in the playground');
    await expect(page.getByRole('button', { name: /Remove .*dusk.*\.webp/ })).toBeVisible();
  });

  await withClip(3, '160x120', async (file) => {
    await test.step('make a clip', async () => {
      await uploadVideo(page, file);
      await page.getByLabel('From, seconds').fill('0.5');
      await page.getByLabel('To, seconds').fill('2');
      await page.getByRole('button', { name: 'Start' }).click();
      await expect(page).toHaveURL(/\/videos\/vid_/);
      await expect(page.getByRole('heading', { name: 'Trim 0.5 s to 2 s' })).toBeVisible();
      await expect(jobState(page)).toHaveText('Done', { timeout: 40_000 });
      // It plays, under the pages' policy: the player knows how long it is.
      const player = page.getByLabel('Trim 0.5 s to 2 s');
      await expect
        .poll(() => player.evaluate((video: HTMLVideoElement) => video.duration))
        .toBeCloseTo(1.5, 1);
      await expect(page.getByText('h264, 160 × 120')).toBeVisible();
      expect(await violations(page), 'done').toEqual([]);
    });

    await test.step('give it a thumbnail', async () => {
      await page.getByRole('link', { name: 'Videos', exact: true }).first().click();
      await expect(page.getByRole('row').filter({ hasText: 'Trim 0.5 s to 2 s' })).toContainText('Done');
      await page.getByLabel('Video', { exact: true }).selectOption({ label: 'holiday-trim.mp4' });
      await page.getByLabel('Operation').selectOption('Thumbnail');
      await page.getByLabel('At, seconds').fill('1');
      await page.getByRole('button', { name: 'Start' }).click();
      await expect(jobState(page)).toHaveText('Done', { timeout: 40_000 });
      expect(await drawn(page.getByRole('img', { name: 'Thumbnail at 1 s' }))).toEqual([160, 120]);
    });
  });
});
