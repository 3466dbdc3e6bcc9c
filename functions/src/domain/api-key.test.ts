import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatApiKey, keyPrefix, newKeyId, newSecret, parseApiKey } from './api-key.ts';
import { aKey, mutated } from './test-support.ts';

describe('the text of a key', () => {
  // Checksums by Python's zlib.crc32.
  it.each([
    ['live', '0123456789abcdef', `${'Firegate'.repeat(5)}xyz`, '0GdZr3'],
    ['test', 'Z'.repeat(16), '0'.repeat(43), '3eiqpO'],
  ] as const)('is fg_%s_%s_%s and its checksum', (mode, keyId, secret, checksum) => {
    const text = `fg_${mode}_${keyId}_${secret}${checksum}`;
    expect(formatApiKey({ mode, keyId, secret })).toBe(text);
    expect(parseApiKey(text)).toEqual({ mode, keyId, secret });
    expect(keyPrefix(mode, keyId)).toBe(text.slice(0, 24));
  });

  it('comes back as it went in', () => {
    for (let i = 0; i < 500; i += 1) {
      const key = {
        mode: i % 2 ? ('live' as const) : ('test' as const),
        keyId: newKeyId(),
        secret: newSecret(),
      };
      expect(parseApiKey(formatApiKey(key))).toEqual(key);
    }
  });

  it('can be found in a file by its shape', () => {
    const file = `key: "${aKey()}"\nother: fg_test_short`;
    expect(file.match(/\bfg_(live|test)_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}\b/g)).toHaveLength(1);
  });

  it('no other text than what was made is taken', () => {
    const key = aKey();
    fc.assert(
      fc.property(mutated(key), (text) => parseApiKey(text) === undefined),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => parseApiKey(text) === undefined),
    );
  });
});

describe('a secret', () => {
  const many = Array.from({ length: 5_000 }, newSecret);

  it('has 256 bits and more, within the 72 bytes that bcrypt reads', () => {
    for (const secret of many) expect(secret).toMatch(/^[0-9A-Za-z]{43}$/);
    expect(43 * Math.log2(62)).toBeGreaterThanOrEqual(256);
    expect(Buffer.byteLength(many[0] ?? '')).toBeLessThanOrEqual(72);
  });

  it('is drawn evenly, and never twice', () => {
    expect(new Set(many).size).toBe(many.length);
    const counts = new Map<string, number>();
    for (const char of many.join('')) counts.set(char, (counts.get(char) ?? 0) + 1);
    expect(counts.size).toBe(62);
    // 215,000 draws: 3,468 expected of each, with a deviation of 58.
    for (const count of counts.values()) expect(Math.abs(count - 3_468)).toBeLessThan(6 * 58);
  });
});
