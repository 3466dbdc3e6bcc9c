import { expect, it } from 'vitest';
import { operationsOf, UNCHANGED } from './operations.ts';

it('leaves a picture alone that is to stay as it is', () => {
  expect(operationsOf(UNCHANGED)).toEqual([]);
});

it('does everything in the order of the form', () => {
  expect(
    operationsOf({
      crop: { left: '10', top: '', width: '200', height: '100' },
      angle: '90',
      flip: 'horizontal',
      width: '64',
      height: '',
      fit: 'cover',
      enlarge: true,
      format: 'webp',
      quality: '60',
    }),
  ).toEqual([
    { type: 'crop', left: 10, top: 0, width: 200, height: 100 },
    { type: 'rotate', angle: 90 },
    { type: 'flip', direction: 'horizontal' },
    { type: 'resize', width: 64, fit: 'cover', enlarge: true },
    { type: 'convert', format: 'webp' },
    { type: 'compress', quality: 60 },
  ]);
});
