import { describe, expect, it } from 'vitest';
import {
  declaredType,
  isInline,
  judgeType,
  MEDIA_TYPE_NAMES,
  type MediaTypeName,
  TextCheck,
} from './media-types.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const unsupported = expect.objectContaining({ code: 'unsupported_media_type' });

describe('what a caller says', () => {
  it.each<[string | undefined, MediaTypeName | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['application/octet-stream', undefined],
    [' Image/PNG ', 'image/png'],
    ['image/jpg', 'image/jpeg'],
    ['text/plain; charset=utf-16', 'text/plain'],
    ['audio/mp3', 'audio/mpeg'],
  ])('%j is %j', (said, type) => {
    expect(declaredType(said)).toBe(type);
  });

  it.each(['text/html', 'image/svg+xml', 'application/xml', 'application/zip', 'constructor', '__proto__'])(
    '%s is not kept',
    (said) => {
      expect(() => declaredType(said)).toThrow(unsupported);
    },
  );
});

describe('what content is', () => {
  it.each<[string | undefined, string, MediaTypeName | undefined, MediaTypeName]>([
    ['image/png', '', undefined, 'image/png'],
    ['image/png', '', 'image/png', 'image/png'],
    // The container does not tell which of its kinds it is.
    ['image/png', '', 'image/apng', 'image/apng'],
    ['video/mp4', '', 'audio/mp4', 'audio/mp4'],
    ['video/webm', '', 'audio/webm', 'audio/webm'],
    ['audio/x-m4a', '', undefined, 'audio/mp4'],
    ['application/ogg; codecs=opus', '', undefined, 'audio/ogg'],
    [undefined, 'plain text', undefined, 'text/plain'],
    [undefined, 'a,b\n1,2', 'text/csv', 'text/csv'],
    [undefined, '{}', 'application/json', 'application/json'],
    [undefined, '1 < 2 and <3', undefined, 'text/plain'],
    [undefined, '', undefined, 'text/plain'],
  ])('found %j in %j, said to be %j: %s', (found, head, declared, type) => {
    expect(judgeType(found, bytes(head), declared)).toBe(type);
  });

  it.each<[string | undefined, string, MediaTypeName | undefined]>([
    ['image/png', '', 'image/jpeg'],
    ['image/png', '', 'text/plain'],
    ['video/mp4', '', 'video/webm'],
    ['application/zip', '', undefined],
    ['application/xml', '<?xml', 'text/plain'],
    // What a magic number says is text has one, and is markup or the like.
    ['text/html', '<html>', undefined],
    ['text/plain', 'text', undefined],
    [undefined, 'text', 'image/png'],
    [undefined, '<svg>', 'text/plain'],
    [undefined, ' \t\r\n\f<!-- -->', 'text/markdown'],
    [undefined, '\ufeff<?php', undefined],
    [undefined, '<SCRIPT>', undefined],
    [undefined, 'a\u0000b', undefined],
    [undefined, 'a\u001bb', 'text/plain'],
  ])('found %j in %j, said to be %j: refused', (found, head, declared) => {
    expect(() => judgeType(found, bytes(head), declared)).toThrow(unsupported);
  });

  it('no UTF-8 is refused, a character that the first bytes cut is none of that', () => {
    expect(() => judgeType(undefined, Uint8Array.of(0x61, 0xc3, 0x28), undefined)).toThrow(unsupported);
    expect(judgeType(undefined, Uint8Array.of(0x61, 0xc3), undefined)).toBe('text/plain');
  });
});

describe('a text that goes on', () => {
  const check = (...chunks: Uint8Array[]) => {
    const text = new TextCheck();
    for (const chunk of chunks) text.take(chunk);
    text.take();
  };

  it('may be cut anywhere', () => {
    const whole = bytes('日本語 🌊');
    for (let at = 0; at <= whole.length; at += 1) check(whole.subarray(0, at), whole.subarray(at));
  });

  it.each([
    ['no UTF-8', [Uint8Array.of(0x61), Uint8Array.of(0xff)]],
    ['a character without its end', [bytes('🌊').subarray(0, 3)]],
    ['NUL', [bytes('a'), bytes('\u0000')]],
  ])('with %s is none', (_, chunks) => {
    expect(() => check(...chunks)).toThrow(unsupported);
  });
});

it('shows nothing in a page that could be one', () => {
  for (const type of MEDIA_TYPE_NAMES) {
    expect([type, isInline(type)]).toEqual([type, /^(image|video|audio)\//.test(type)]);
  }
});
