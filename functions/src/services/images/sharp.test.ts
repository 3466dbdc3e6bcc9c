import { expect, it } from 'vitest';
import { loadSharp } from './sharp.ts';
import { picture } from './test-support.ts';

it('opens no other format than those of stored pictures, whatever asks for it', async () => {
  const sharp = await loadSharp();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
  const tiff = await sharp(await picture('png'))
    .tiff()
    .toBuffer();
  await expect(sharp(Buffer.from(svg)).metadata()).rejects.toThrow();
  await expect(sharp(tiff).metadata()).rejects.toThrow();
  // Nor a file of this machine.
  await expect(sharp('/etc/hostname').metadata()).rejects.toThrow();
});
