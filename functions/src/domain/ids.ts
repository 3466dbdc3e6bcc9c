import { randomBytes } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `<prefix>_` and 22 base62 characters (130 bits): random, never time-ordered, so that writes spread evenly. */
export function randomId(prefix: string): string {
  let text = '';
  while (text.length < 22) {
    for (const byte of randomBytes(32)) {
      // 248 = 4 * 62: bytes above it would favour the first characters.
      if (byte < 248 && text.length < 22) text += BASE62[byte % 62];
    }
  }
  return `${prefix}_${text}`;
}
