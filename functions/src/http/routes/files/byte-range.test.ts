import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteRange } from './byte-range.ts';

describe('a range of 100 bytes', () => {
  it.each<[string, { start: number; end: number }]>([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=0-', { start: 0, end: 99 }],
    ['bytes=0-99', { start: 0, end: 99 }],
    ['bytes=10-19', { start: 10, end: 19 }],
    ['bytes=99-', { start: 99, end: 99 }],
    ['bytes=99-99', { start: 99, end: 99 }],
    ['bytes=-1', { start: 99, end: 99 }],
    ['bytes=-100', { start: 0, end: 99 }],
    // What reaches past the end, ends there.
    ['bytes=90-100', { start: 90, end: 99 }],
    ['bytes=0-999999999999999', { start: 0, end: 99 }],
    ['bytes=-999999999999999', { start: 0, end: 99 }],
    ['bytes= 5-6 ', { start: 5, end: 6 }],
    // The names of units are case-insensitive.
    ['Bytes=5-6', { start: 5, end: 6 }],
  ])('%s', (header, range) => {
    expect(byteRange(header, 100)).toEqual(range);
  });

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=999999999999999-', 'bytes=-0'])('%s has none', (header) => {
    expect(byteRange(header, 100)).toBe('unsatisfiable');
  });

  it.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=5',
    'bytes=--5',
    'bytes=1.5-2',
    'bytes=+1-2',
    'bytes=0x1-2',
    'items=0-1',
    // Backwards, and more than one: the whole will do.
    'bytes=6-5',
    'bytes=0-1,4-5',
    'bytes=0-1, -1',
    // No file is so long.
    'bytes=0-9999999999999999',
  ])('%s is not understood, and ignored', (header) => {
    expect(byteRange(header, 100)).toBeUndefined();
  });
});

it('lies within the file, whatever is asked for', () => {
  const bound = fc.option(fc.nat(2_000), { nil: undefined });
  fc.assert(
    fc.property(bound, bound, fc.integer({ min: 1, max: 1_000 }), (from, to, size) => {
      const range = byteRange(`bytes=${from ?? ''}-${to ?? ''}`, size);
      const isBackwards = from !== undefined && to !== undefined && to < from;
      if (range === undefined) expect(isBackwards || (from ?? to) === undefined).toBe(true);
      else if (range === 'unsatisfiable') expect(from ?? (to === 0 ? size : 0)).toBeGreaterThanOrEqual(size);
      else {
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      }
    }),
  );
});
