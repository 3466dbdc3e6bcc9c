import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentDisposition, fileName } from './names.ts';

const refused = (name: string) =>
  expect(() => fileName(name)).toThrow(expect.objectContaining({ code: 'invalid_request' }));

describe('a name', () => {
  it.each(['a', 'a.b.c', '.hidden', '...', ' spaced ', '-rf', '%2e%2e%2f', '日本語 🌊.txt', 'x'.repeat(255)])(
    '%j is kept as it is',
    (name) => {
      expect(fileName(name)).toBe(name);
    },
  );

  it('is composed', () => {
    expect(fileName('u\u0308')).toBe('\u00fc');
  });

  it.each([
    '',
    ' ',
    '\u00a0',
    '.',
    '..',
    '/',
    'a/b',
    '../a',
    'C:\\a',
    'a\u0000.png',
    'a\r\nX: y',
    'a\u0085b',
    'a\u2028b',
    '\u202egpj.exe',
    '\u2066a\u2069',
    'a\ud800',
    '\udc00a',
    'x'.repeat(256),
    'ü'.repeat(128),
    // Short as it came, long when composed.
    '\u0958'.repeat(43),
  ])('%j is none', refused);
});

describe('Content-Disposition', () => {
  it.each([
    ['a.png', 'inline; filename="a.png"; filename*=UTF-8\'\'a.png'],
    ['a "b".png', 'inline; filename="a _b_.png"; filename*=UTF-8\'\'a%20%22b%22.png'],
    ['50%.txt', 'inline; filename="50_.txt"; filename*=UTF-8\'\'50%25.txt'],
    ['ü.png', 'inline; filename="_.png"; filename*=UTF-8\'\'%C3%BC.png'],
    ["a'(b)*.png", "inline; filename=\"a'(b)*.png\"; filename*=UTF-8''a%27%28b%29%2A.png"],
  ])('of %j', (name, header) => {
    expect(contentDisposition('inline', name)).toBe(header);
  });

  it('is one header that says the name, whatever is a name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (said) => {
        let name: string;
        try {
          name = fileName(said);
        } catch {
          return;
        }
        const header = contentDisposition('attachment', name);
        expect(header).toMatch(/^attachment; filename="[^"\\%\r\n]*"; filename\*=UTF-8''[\w.!#$&+^`|~%-]*$/);
        expect(decodeURIComponent(header.split("UTF-8''")[1] ?? '')).toBe(name);
        // As a header can carry it.
        expect(new Headers({ 'Content-Disposition': header }).get('Content-Disposition')).toBe(header);
      }),
    );
  });
});
