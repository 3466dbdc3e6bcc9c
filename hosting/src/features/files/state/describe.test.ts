import { expect, it } from 'vitest';
import { extent, kindOf } from './describe.ts';

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
