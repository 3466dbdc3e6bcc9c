import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  it('comes back as it went in, to the nanosecond', () => {
    const part = fc.record({
      at: fc.tuple(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), fc.nat(999_999_999)),
      id: fc.stringMatching(/^[0-9A-Za-z_-]{1,40}$/).filter((id) => !/^__.*__$/.test(id)),
    });
    fc.assert(
      fc.property(part, (value) => {
        const text = encodeCursor(value);
        expect(text).toMatch(/^[\w-]+$/);
        expect(decodeCursor(text)).toEqual(value);
      }),
    );
  });

  it.each([
    '',
    'x',
    '{}',
    cursor(null),
    cursor([]),
    cursor([1, 2]),
    cursor([1, 2, 'id', 4]),
    cursor([1.5, 2, 'id']),
    cursor(['1', 2, 'id']),
    cursor([1, -1, 'id']),
    cursor([1, 1e9, 'id']),
    cursor([1e12, 0, 'id']),
    cursor([-1e12, 0, 'id']),
    cursor([1, 2, '']),
    cursor([1, 2, 'a/b']),
    cursor([1, 2, '.']),
    cursor([1, 2, '..']),
    cursor([1, 2, '__id__']),
    cursor([1, 2, 'x'.repeat(201)]),
  ])('that nobody made is a 400: %s', (text) => {
    expect(() => decodeCursor(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  it('of any text is a cursor or a 400', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        try {
          decodeCursor(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_request' });
        }
      }),
    );
  });
});
