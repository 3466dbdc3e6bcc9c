import { createHash, randomBytes } from 'node:crypto';

/** A repeatable source of choices: the same seed text gives the same sequence. */
export interface Random {
  /** An integer in [0, below). */
  integer(below: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** mulberry32, seeded with the first 32 bits of the text's SHA-256. */
export function createRandom(seedText: string): Random {
  let state = createHash('sha256').update(seedText).digest().readUInt32LE(0);
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const integer = (below: number): number => Math.floor(next() * below);
  return { integer, pick: (items) => items[integer(items.length)] ?? items[0] };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A fresh identifier such as `chatcmpl-…`: unique for each call, as the real services' are. */
export function newId(prefix: string, length = 24): string {
  let id = prefix;
  for (const byte of randomBytes(length)) id += ALPHABET[byte % ALPHABET.length];
  return id;
}

/** As `newId`, in lower-case hexadecimal. */
export function newHexId(prefix: string, length = 32): string {
  return (
    prefix +
    randomBytes(Math.ceil(length / 2))
      .toString('hex')
      .slice(0, length)
  );
}
