import { expect, it } from 'vitest';
import { formatName, isPicture, type StoredFile, size } from './picture.ts';

const file = (fields: object) => ({ status: 'ready', mediaType: 'image/png', ...fields }) as StoredFile;

it('tells pictures from other files', () => {
  expect(isPicture(file({}))).toBe(true);
  expect(isPicture(file({ status: 'pending' }))).toBe(false);
  expect(isPicture(file({ mediaType: 'video/mp4' }))).toBe(false);
  expect(isPicture(file({ mediaType: undefined }))).toBe(false);
});

it.each([
  [999, '999 B'],
  [18_400, '18 kB'],
  [1_234_567, '1.2 MB'],
])('shows %d bytes as %s', (bytes, shown) => {
  expect(size(bytes)).toBe(shown);
});

it('names formats as people do', () => {
  expect(['image/png', 'image/webp', undefined].map(formatName)).toEqual(['PNG', 'WebP', '']);
});
