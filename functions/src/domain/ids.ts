import { randomBytes } from 'node:crypto';

export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `<prefix>_` and 22 base62 characters (130 bits): random, never time-ordered, so that writes spread evenly. */
export const randomId = (prefix: string): string => `${prefix}_${randomBase62(22)}`;

/** Uniform: bytes from 248 = 4 * 62 on would favour the first characters. */
export function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += BASE62[byte % 62];
    }
  }
  return text;
}
