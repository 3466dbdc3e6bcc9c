import { createHmac, timingSafeEqual } from 'node:crypto';
import { GatewayError } from '../errors.ts';

/** How long a download URL is good for, in seconds. */
export const URL_TTL = { default: 300, min: 30, max: 3600 } as const;

export type Disposition = 'inline' | 'attachment';

/** What a URL of ours gives out. */
export interface UrlGrant {
  fileId: string;
  disposition: Disposition;
  /** Seconds since the epoch. */
  expires: number;
}

// Keys for this alone, so that no signature of another purpose passes for one of these.
const signatureOf = (secret: string, { fileId, disposition, expires }: UrlGrant) =>
  createHmac('sha256', createHmac('sha256', secret).update('firegate file url v1').digest())
    .update(`${fileId}\n${disposition}\n${expires}`)
    .digest();

/** The query of a URL that gives out one file for a while, to whoever has it. */
export function signUrl(secret: string, grant: UrlGrant): string {
  const { disposition, expires } = grant;
  const signature = signatureOf(secret, grant).toString('base64url');
  return new URLSearchParams({ disposition, expires: String(expires), signature }).toString();
}

/**
 * @param secrets the first signs, all verify
 * @throws GatewayError `forbidden` where it was not signed here, or is over
 */
export function verifyUrl(secrets: readonly string[], grant: UrlGrant, signature: string, now: number): void {
  const given = Buffer.from(signature, 'base64url');
  const isOurs = secrets.some((secret) => {
    const expected = signatureOf(secret, grant);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isOurs) throw new GatewayError('forbidden', 'This URL was not signed here.');
  if (grant.expires * 1000 <= now) throw new GatewayError('forbidden', 'This URL is not good any more.');
}
