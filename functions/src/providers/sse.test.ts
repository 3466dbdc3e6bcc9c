import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseSplitter } from './sse.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (all: readonly Uint8Array[]) => Buffer.concat(all).toString('utf8');

/** Pushes a text in pieces of the given sizes, over and over. */
function split(whole: string, sizes: readonly number[]) {
  const splitter = new SseSplitter();
  const input = bytes(whole);
  const events = [];
  for (let at = 0, turn = 0; at < input.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    events.push(...splitter.push(input.subarray(at, at + size)));
    at += size;
  }
  return { events, rest: splitter.rest() };
}

const fields = ({ events }: ReturnType<typeof split>) => events.map(({ type, data }) => ({ type, data }));

describe('SseSplitter', () => {
  it('reads fields as the standard says', () => {
    const stream =
      ': a comment\n\nevent: one\ndata: {"a":1}\n\ndata:no space\ndata: two lines\ndata\nid: 7\n\nevent\ndata:  x\n\n';
    expect(fields(split(stream, [1000]))).toEqual([
      { type: undefined, data: undefined },
      { type: 'one', data: '{"a":1}' },
      { type: undefined, data: 'no space\ntwo lines\n' },
      { type: '', data: ' x' },
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('ends lines with %j, split at every byte', (eol) => {
    const stream = ['event: e', 'data: héllo 世界 👋', '', 'data: [DONE]', '', 'data: cut'].join(eol);
    for (let size = 1; size <= bytes(stream).length; size += 1) {
      const found = split(stream, [size]);
      expect(fields(found)).toEqual([
        { type: 'e', data: 'héllo 世界 👋' },
        { type: undefined, data: '[DONE]' },
      ]);
      expect(text([...found.events.map((event) => event.bytes), found.rest])).toBe(stream);
    }
  });

  it('keeps every byte, whatever comes and however it is split', () => {
    const piece = fc.oneof(
      fc.constantFrom('\n', '\r', '\r\n', 'data:', 'event: ', ' '),
      fc.string({ unit: 'grapheme' }),
    );
    const stream = fc.array(piece).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(stream, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (whole, sizes) => {
        const once = split(whole, [1_000_000]);
        const parts = split(whole, sizes);
        expect(text([...parts.events.map((event) => event.bytes), parts.rest])).toBe(whole);
        expect(fields(parts)).toEqual(fields(once));
      }),
    );
  });
});
