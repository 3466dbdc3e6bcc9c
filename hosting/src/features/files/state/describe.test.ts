import { expect, it } from 'vitest';
import { extent, kindOf, size } from './describe.ts';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1_500_000, '1.4 MiB'],
  [2 * 1024 ** 3, '2 GiB'],
  [512 * 1024 ** 2, '512 MiB'],
])('%i bytes are %s', (bytes, words) => expect(size(bytes)).toBe(words));

it.each([
  ['image/png', 'PNG image'],
  ['application/pdf', 'PDF'],
  ['text/plain', 'Text'],
  [undefined, 'Unknown'],
])('%s is %s', (type, words) => expect(kindOf(type)).toBe(words));

it('says how large a medium is, as far as it is known', () => {
  expect(extent({ width: 640, height: 480 })).toBe('640 × 480');
  expect(extent({ width: 640, height: 480, durationSeconds: 12.54 })).toBe('640 × 480, 12.5 s');
  expect(extent({})).toBeUndefined();
});
