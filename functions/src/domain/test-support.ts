import fc from 'fast-check';
import { formatApiKey, newKeyId, newSecret } from './api-key.ts';

export const aKey = () => formatApiKey({ mode: 'test', keyId: newKeyId(), secret: newSecret() });

const BASE62 = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];

/** What a reader takes for the letter: Cyrillic, Greek, full width, mathematical, or another ASCII character. */
const LOOK_ALIKES: Record<string, string> = {
  a: 'аａ𝐚',
  e: 'еｅ',
  o: 'оο0',
  c: 'сϲ',
  f: 'ｆ𝐟',
  g: 'ɡｇ',
  t: 'ｔτ',
  _: '＿‗',
};
const alike = (char: string): string[] => [
  ...(LOOK_ALIKES[char] ?? ''),
  String.fromCharCode(char.charCodeAt(0) + 0xfee0),
];

const replaced = (text: string, at: number, by: string) => text.slice(0, at) + by + text.slice(at + 1);

/** A key's text with something done to it that makes it another text; spaces around it are not part of it. */
export function mutated(key: string): fc.Arbitrary<string> {
  const position = fc.nat(key.length - 1);
  return fc
    .oneof(
      fc
        .tuple(position, fc.nat(6))
        .map(([at, bit]) => replaced(key, at, String.fromCharCode(key.charCodeAt(at) ^ (1 << bit)))),
      fc.nat(key.length - 1).map((length) => key.slice(0, length)),
      fc.integer({ min: 1, max: key.length - 1 }).map((from) => key.slice(from)),
      fc.tuple(position, fc.nat(9)).map(([at, which]) => {
        const options = alike(key[at] ?? '');
        return replaced(key, at, options[which % options.length] ?? '');
      }),
      fc
        .tuple(position, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }))
        .map(([at, by]) => replaced(key, at, by)),
      fc.tuple(position, position).map(([a, b]) => replaced(replaced(key, a, key[b] ?? ''), b, key[a] ?? '')),
      fc.constantFrom(2, 10, 100).map((times) => key.repeat(times)),
      fc.integer({ min: 1, max: 9_000 }).map((length) => key + 'a'.repeat(length)),
      fc.constantFrom('\u0000', '.', '=', '_', '﻿', '​', '%00').map((end) => key + end),
      fc
        .array(fc.constantFrom(...BASE62), { minLength: 6, maxLength: 6 })
        .map((sum) => key.slice(0, -6) + sum.join('')),
      fc.constantFrom(
        key.toUpperCase(),
        key.toLowerCase(),
        key.replace('_test_', '_live_'),
        key.replace('fg_', 'fg-'),
      ),
    )
    .filter((text) => text.trim() !== key);
}
