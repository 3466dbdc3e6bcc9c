import { crc32 } from 'node:zlib';
import { BASE62, randomBase62 } from './ids.ts';

export type KeyMode = 'live' | 'test';

/** An API key's text, taken apart. */
export interface ApiKeyText {
  mode: KeyMode;
  keyId: string;
  secret: string;
}

const KEY_ID_LENGTH = 16;
/** 43 base62 characters carry 256.03 bits, and are well under the 72 bytes that bcrypt looks at. */
const SECRET_LENGTH = 43;
/** 62^6 > 2^32. */
const CHECKSUM_LENGTH = 6;

const SHAPE = new RegExp(
  `^fg_(live|test)_([0-9A-Za-z]{${KEY_ID_LENGTH}})_([0-9A-Za-z]{${SECRET_LENGTH}})([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`,
);

export const newKeyId = (): string => randomBase62(KEY_ID_LENGTH);
export const newSecret = (): string => randomBase62(SECRET_LENGTH);

/** `fg_<live|test>_<keyId>_<secret><checksum>`: the checksum lets typos and scanners' false finds be told offline. */
export function formatApiKey({ mode, keyId, secret }: ApiKeyText): string {
  const body = `fg_${mode}_${keyId}_${secret}`;
  return body + checksum(body);
}

/** Undefined for anything that `formatApiKey` did not make; costs no look-up. */
export function parseApiKey(text: string): ApiKeyText | undefined {
  const match = SHAPE.exec(text);
  if (!match) return undefined;
  const [, mode, keyId = '', secret = '', sum] = match;
  if (checksum(text.slice(0, -CHECKSUM_LENGTH)) !== sum) return undefined;
  return { mode: mode as KeyMode, keyId, secret };
}

/** What is shown of a key for good: enough to tell it from others, nothing of the secret. */
export const keyPrefix = (mode: KeyMode, keyId: string): string => `fg_${mode}_${keyId}`;

/** CRC-32 (ISO 3309, as in zlib) in base62, padded to a fixed length. */
function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i += 1) {
    text = BASE62[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
