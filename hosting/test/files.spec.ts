import { violations } from './support/axe.ts';
import { expect, newAccount, signUp, test } from './support/fixtures.ts';

/** A picture of one pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
const TEXT = { name: 'notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# Some *notes*\n') };

test('files are uploaded, previewed, downloaded and deleted', async ({ page }) => {
  await signUp(page, newAccount());
  await page.goto('/files');
  await expect(page.getByText('No files yet')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page
    .getByLabel('Files to upload')
    .setInputFiles([{ name: 'pixel.png', mimeType: 'image/png', buffer: PNG }, TEXT]);
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  await expect(row('pixel.png')).toContainText('PNG image');
  await expect(row('notes.md')).toContainText('Markdown');
  await expect(page.getByText(/2 \/ 1,000 files/)).toBeVisible();

  await page.getByRole('button', { name: 'pixel.png', exact: true }).click();
  const picture = page.getByRole('img', { name: 'pixel.png' });
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  expect(await violations(page)).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('pixel.png');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'notes.md', exact: true }).click();
  await expect(page.getByRole('region', { name: 'The text of notes.md' })).toContainText('# Some *notes*');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete notes.md?' });
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(row('notes.md')).toBeVisible();
  await page.getByRole('button', { name: 'Actions for notes.md' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete file' }).click();
  await expect(row('notes.md')).toBeHidden();
  await expect(page.getByText(/1 \/ 1,000 files/)).toBeVisible();
});

test('files that are dropped show how far they are; what is refused says why', async ({ page }) => {
  await signUp(page, newAccount());
  await page.goto('/files');
  await expect(page.getByText('No files yet')).toBeVisible();
  const release = Promise.withResolvers<void>();
  await page.route('**/upload/storage/**', async (route) => {
    await release.promise;
    await route.continue();
  });
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['some text'], 'dropped.txt', { type: 'text/plain' }));
    transfer.items.add(new File(['<svg onload="alert(1)">'], 'picture.png', { type: 'image/png' }));
    return transfer;
  });
  const zone = page.getByRole('region', { name: 'Files, and where to drop more' });
  await zone.dispatchEvent('dragenter', { dataTransfer: data });
  await expect(page.getByText('Drop to upload')).toBeVisible();
  await zone.dispatchEvent('drop', { dataTransfer: data });
  const uploads = page.getByRole('list', { name: 'Uploads' });
  await expect(uploads.getByRole('listitem')).toHaveCount(2);
  await expect(uploads).toContainText('dropped.txt');
  release.resolve();
  await expect(page.getByRole('row').filter({ hasText: 'dropped.txt' })).toContainText('Text');
  await expect(uploads.getByRole('alert')).toContainText('The content is of no type that is kept.');
  await uploads.getByRole('button', { name: 'Dismiss picture.png' }).click();
  await expect(uploads).toBeHidden();
  await expect(page.getByText(/1 \/ 1,000 files/)).toBeVisible();
});

test('what is chosen while the list still loads is uploaded', async ({ page }) => {
  await signUp(page, newAccount());
  const loaded = Promise.withResolvers<void>();
  await page.route('**/api/v1/files?**', async (route) => {
    if (route.request().method() === 'GET') await loaded.promise;
    await route.continue();
  });
  await page.goto('/files');
  const picker = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload files' }).click();
  const chooser = await picker;
  loaded.resolve();
  await expect(page.getByText('No files yet')).toBeVisible();
  await chooser.setFiles([TEXT]);
  await expect(page.getByRole('row').filter({ hasText: 'notes.md' })).toBeVisible();
});

test('an upload that is cancelled leaves nothing', async ({ page }) => {
  await signUp(page, newAccount());
  await page.goto('/files');
  await page.route('**/upload/storage/**', () => new Promise<void>(() => undefined));
  await page.getByLabel('Files to upload').setInputFiles([TEXT]);
  await page.getByRole('button', { name: 'Cancel notes.md' }).click();
  await expect(page.getByText('No files yet')).toBeVisible();
  await expect(page.getByText(/0 \/ 1,000 files/)).toBeVisible();
});

for (const [name, viewport] of [
  ['on a phone', { width: 390, height: 844 }],
  ['on a desk', { width: 1280, height: 800 }],
] as const) {
  test(`the page fits ${name}, also in the dark`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: 'dark' });
    await signUp(page, newAccount());
    await page.goto('/files');
    const long = `${'a-very-long-name-'.repeat(10)}.txt`;
    await page
      .getByLabel('Files to upload')
      .setInputFiles([{ name: long, mimeType: 'text/plain', buffer: Buffer.from('x') }]);
    await expect(page.getByRole('button', { name: long, exact: true })).toBeVisible();
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wider).toBe(false);
    expect(await violations(page)).toEqual([]);
    if (process.env['SHOTS']) await page.screenshot({ path: `${process.env['SHOTS']}/files-${name}.png` });
  });
}
