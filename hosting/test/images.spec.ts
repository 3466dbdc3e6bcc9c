import type { Locator, Page } from '@playwright/test';
import sharp from 'sharp';
import { violations } from './support/axe.ts';
import { expect, signedIn } from './support/fixtures.ts';
import { generateImage, picture } from './support/media.ts';

const card = (page: Page, name: string): Locator => page.getByRole('listitem').filter({ hasText: name });
const region = (page: Page, name: string): Locator => page.getByRole('region', { name });
const unique = (name: string) => `${name}-${Math.random().toString(36).slice(2, 8)}`;

async function upload(page: Page, name: string, buffer?: Buffer): Promise<void> {
  await page.getByLabel('Picture file').setInputFiles({
    name,
    mimeType: 'image/png',
    buffer: buffer ?? (await picture()),
  });
  await expect(card(page, name)).toBeVisible();
}

signedIn('an uploaded picture is changed where it was painted', async ({ page }) => {
  const name = `${unique('boats')}.png`;
  await page.goto('/images?task=edit');
  await expect(page.getByText('Choose one of your pictures below')).toBeVisible();
  await upload(page, name);
  const before = region(page, 'Before');
  await expect(before.getByRole('img', { name })).toBeVisible();
  await page.getByLabel('What is to change').fill('Put a boat there');
  await page.getByLabel('Quality').selectOption('low');
  // The right half.
  const canvas = before.getByLabel('Paint what may change');
  await page.getByLabel('Brush').fill('30');
  const box = await canvas.boundingBox();
  if (!box) throw new Error('no canvas');
  for (const share of [0.7, 0.9]) {
    await page.mouse.move(box.x + box.width * share, box.y + 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * share, box.y + box.height - 2, { steps: 4 });
    await page.mouse.up();
  }
  // A model that takes no mask can't be given one.
  const model = page.getByLabel('Model');
  const first = await model.inputValue();
  await model.selectOption('gemini/gemini-nano-banana-2.1');
  await expect(before.getByText('This model takes no mask')).toBeVisible();
  await expect(canvas).toBeHidden();
  await expect(page.getByLabel('Brush')).toBeHidden();
  await model.selectOption(first);
  await expect(canvas).toBeVisible();
  const sent = page.waitForRequest(/images\/edit/);
  await page.getByRole('button', { name: 'Edit', exact: true }).last().click();
  const { mask } = (await sent).postDataJSON() as { mask: { data: string } };
  const { data, info } = await sharp(Buffer.from(mask.data, 'base64'))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([400, 300, 4]);
  const alpha = (x: number) => data[(150 * 400 + x) * 4 + 3];
  expect([alpha(20), alpha(100), alpha(300), alpha(390)]).toEqual([255, 255, 0, 0]);
  const after = region(page, 'After');
  await expect(after.getByText('Done')).toBeVisible();
  const kept = await after.getByRole('img').evaluate((element: HTMLImageElement) => {
    const probe = document.createElement('canvas');
    [probe.width, probe.height] = [element.naturalWidth, element.naturalHeight];
    const context = probe.getContext('2d');
    context?.drawImage(element, 0, 0);
    return [...(context?.getImageData(100, 500, 1, 1).data ?? [])];
  });
  // What was not painted is as it was.
  expect(kept).toEqual([255, 0, 0, 255]);
});

signedIn('what goes wrong is told, and a picture can be deleted', async ({ page }) => {
  await page.goto('/images');
  await page.getByLabel('Picture file').setInputFiles({
    name: 'words.png',
    mimeType: 'image/png',
    buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  });
  await expect(page.getByRole('alert')).toBeVisible();

  await page.goto('/images');
  await generateImage(page, '[[sandbox: fault=status status=400]] A boat');
  await expect(region(page, 'Result').getByRole('alert')).toContainText('refused this request');

  const name = `${unique('gone')}.png`;
  await upload(page, name);
  await page.getByLabel('Wide').fill('9000');
  await page.getByLabel('High').fill('10');
  await page.getByRole('button', { name: 'Transform', exact: true }).last().click();
  await expect(page.getByRole('alert')).toContainText('reaches out of the picture');
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(card(page, name)).toHaveCount(0);
});

signedIn('a picture that is being made can be stopped', async ({ page }) => {
  await page.goto('/images');
  await generateImage(page, '[[sandbox: delay=5000]] A slow boat');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('Stopped.')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  signedIn.describe(colorScheme, () => {
    signedIn.use({ colorScheme });

    signedIn('has no violations of accessibility', async ({ page }) => {
      const name = `${unique('axe')}.png`;
      await page.goto('/images');
      await expect(page.getByLabel('Model')).toHaveValue(/gpt-image/);
      expect(await violations(page), 'generate').toEqual([]);
      await upload(page, name);
      await page.getByLabel('Width').fill('100');
      await page.getByRole('button', { name: 'Transform', exact: true }).last().click();
      await expect(region(page, 'After').getByText('100 × 75')).toBeVisible();
      expect(await violations(page), 'transform').toEqual([]);
      await page.getByRole('button', { name: 'Edit', exact: true }).first().click();
      await expect(page.getByLabel('Paint what may change')).toBeVisible();
      expect(await violations(page), 'edit').toEqual([]);
    });
  });
}

signedIn.describe('on a phone', () => {
  signedIn.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  signedIn('nothing is wider than the screen', async ({ page }) => {
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    const name = `${unique('a-picture-with-a-rather-long-name-that-goes-on-and-on')}.png`;
    await page.goto('/images');
    await upload(page, name, await picture(1600, 900));
    await page.getByLabel('Width').fill('200');
    await page.getByRole('button', { name: 'Transform', exact: true }).last().click();
    await expect(region(page, 'After').getByText(/^200 × 11[23]/)).toBeVisible();
    expect(await fits()).toBe(true);
    await page.getByRole('button', { name: 'Edit', exact: true }).first().click();
    await expect(page.getByLabel('Paint what may change')).toBeVisible();
    expect(await fits()).toBe(true);
  });
});
