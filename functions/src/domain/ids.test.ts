import { describe, expect, it } from 'vitest';
import { randomId } from './ids.ts';

const many = Array.from({ length: 20_000 }, () => randomId('req').slice('req_'.length));

describe('randomId', () => {
  it('is a prefix and 22 base62 characters', () => {
    expect(randomId('ct')).toMatch(/^ct_[0-9A-Za-z]{22}$/);
    expect(many.every((id) => /^[0-9A-Za-z]{22}$/.test(id))).toBe(true);
  });

  it('never repeats', () => {
    expect(new Set(many).size).toBe(many.length);
  });

  it('draws each character alike', () => {
    const counts = new Map<string, number>();
    for (const id of many) for (const char of id) counts.set(char, (counts.get(char) ?? 0) + 1);
    expect(counts.size).toBe(62);
    // 440,000 draws, 7,097 expected of each with a deviation of 84; a modulo bias would be 25 %.
    const expected = (many.length * 22) / 62;
    for (const [char, count] of counts) {
      expect(Math.abs(count - expected), `${char}: ${count}`).toBeLessThan(expected * 0.08);
    }
  });

  it('is not ordered by time', () => {
    const rising = many.filter((id, index) => index > 0 && id > (many[index - 1] ?? '')).length;
    expect(rising / many.length).toBeGreaterThan(0.47);
    expect(rising / many.length).toBeLessThan(0.53);
  });
});
