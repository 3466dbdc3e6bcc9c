import { describe, expect, it } from 'vitest';
import { signUrl, type UrlGrant, verifyUrl } from './signed-url.ts';

const now = 1_800_000_000_000;
const grant: UrlGrant = { fileId: 'file_a', disposition: 'attachment', expires: now / 1000 + 60 };
const signatureOf = (secret: string, of: UrlGrant = grant) =>
  new URLSearchParams(signUrl(secret, of)).get('signature') ?? '';
const refused = (message: string) => expect.objectContaining({ code: 'forbidden', message });

describe('a signed URL', () => {
  it('says what it grants, and verifies with any secret that is in use', () => {
    const query = new URLSearchParams(signUrl('old', grant));
    expect(query.get('disposition')).toBe('attachment');
    expect(query.get('expires')).toBe(String(grant.expires));
    expect(() => verifyUrl(['new', 'old'], grant, query.get('signature') ?? '', now)).not.toThrow();
    expect(() => verifyUrl(['new'], grant, query.get('signature') ?? '', now)).toThrow(
      refused('This URL was not signed here.'),
    );
  });

  it.each<[string, Partial<UrlGrant>]>([
    ['another file', { fileId: 'file_b' }],
    ['another disposition', { disposition: 'inline' }],
    ['a later end', { expires: grant.expires + 1 }],
    ['no end', { expires: Number.NaN }],
    ['fields that run into each other', { fileId: 'file_a\nattachment' }],
  ])('is not good for %s', (_, change) => {
    expect(() => verifyUrl(['s'], { ...grant, ...change }, signatureOf('s'), now)).toThrow(
      refused('This URL was not signed here.'),
    );
  });

  it.each(['', 'AAAA', '!', signatureOf('s').slice(0, -2), `${signatureOf('s')}AAAA`])(
    'is not signed by %j',
    (signature) => {
      expect(() => verifyUrl(['s'], grant, signature, now)).toThrow(refused('This URL was not signed here.'));
    },
  );

  it('ends at its moment, not after it', () => {
    const check = (at: number) => () => verifyUrl(['s'], grant, signatureOf('s'), at);
    expect(check(grant.expires * 1000 - 1)).not.toThrow();
    expect(check(grant.expires * 1000)).toThrow(refused('This URL is not good any more.'));
  });
});
