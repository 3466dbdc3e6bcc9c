import { createHash } from 'node:crypto';
import { type ApiKeyText, parseApiKey } from '../../domain/api-key.ts';
import { GatewayError } from '../../domain/errors.ts';
import { apiKeyRef } from '../../store/api-keys.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { decoyHash, secretMatches } from './hash-secret.ts';
import { RecentMap } from './recent-map.ts';

/** A key whose text is genuine, and the hash that its secret matched. Whether the key still stands is told elsewhere. */
export interface VerifiedKey {
  keyId: string;
  uid: string;
  hash: string;
}

export interface ApiKeyVerifier {
  /**
   * Tells whether the text of a key is genuine. bcrypt and one read are paid once per key and instance.
   *
   * @throws GatewayError `unauthenticated` not a key, or not a genuine one; `rate_limited` after many that were not
   */
  verify(store: StoreHandle, text: string, clientIp: string): Promise<VerifiedKey>;
}

const MOST_REMEMBERED = 10_000;
/** How long a text that failed is refused unseen. */
const FAILED_MS = 60_000;
/** Failures with well-formed keys from one address, within a minute: each costs a read and 50 ms of a thread. */
const MOST_FAILURES = 20;

export function createApiKeyVerifier(options: { bcryptCost: number; now: () => number }): ApiKeyVerifier {
  const { bcryptCost, now } = options;
  const verified = new RecentMap<VerifiedKey>(MOST_REMEMBERED, Infinity, now);
  const failed = new RecentMap<true>(MOST_REMEMBERED, FAILED_MS, now);
  const failures = new RecentMap<{ failed: number; pending: Set<Promise<void>> }>(
    MOST_REMEMBERED,
    60_000,
    now,
  );
  /** The same key arriving many times at once on a cold instance is looked up once. */
  const underWay = new Map<string, Promise<VerifiedKey | undefined>>();

  async function lookUp(store: StoreHandle, keyId: string, secret: string): Promise<VerifiedKey | undefined> {
    const found = await store.get(apiKeyRef(store.firestore, keyId));
    const { hash = null, previous = null, userId = '' } = found?.data ?? {};
    // What fails always takes two comparisons: one tells a key that does not exist neither from one whose secret is
    // wrong nor from one that was rotated.
    const decoy = await decoyHash(bcryptCost);
    for (const candidate of [hash ?? decoy, previous?.hash ?? decoy]) {
      if ((await secretMatches(secret, candidate)) && found) return { keyId, uid: userId, hash: candidate };
    }
    return undefined;
  }

  /**
   * Looks a key up, as one of at most `MOST_FAILURES` of its address that have failed or may yet: what comes beside
   * them waits for its turn, so that many genuine keys at once are not taken for guesses.
   *
   * @throws GatewayError `rate_limited` before anything is looked up
   */
  async function begin(
    store: StoreHandle,
    digest: string,
    { keyId, secret }: ApiKeyText,
    clientIp: string,
  ): Promise<VerifiedKey | undefined> {
    const attempts = failures.get(clientIp) ?? { failed: 0, pending: new Set() };
    if (attempts.failed + attempts.pending.size === 0) failures.set(clientIp, attempts);
    while (attempts.failed + attempts.pending.size >= MOST_FAILURES) {
      if (attempts.failed >= MOST_FAILURES) {
        throw new GatewayError('rate_limited', 'Too many wrong API keys. Try again later.', {
          retryAfterSeconds: 60,
        });
      }
      await Promise.race(attempts.pending);
    }
    const lookingUp = lookUp(store, keyId, secret);
    const settled = lookingUp.then(
      (found) => {
        attempts.pending.delete(settled);
        if (found) verified.set(digest, found);
        else failed.set(digest, true);
        if (!found) attempts.failed += 1;
      },
      () => void attempts.pending.delete(settled),
    );
    attempts.pending.add(settled);
    await settled;
    return lookingUp;
  }

  return {
    async verify(store, text, clientIp) {
      const parsed = parseApiKey(text);
      if (!parsed) throw new GatewayError('unauthenticated', 'The API key is malformed.');
      // Not the text itself: what is remembered must be of no use to who reads this process's memory.
      const digest = createHash('sha256').update(text).digest('base64');
      const known = verified.get(digest);
      if (known) return known;
      if (failed.get(digest)) throw notGenuine();
      let pending = underWay.get(digest);
      if (!pending) {
        pending = begin(store, digest, parsed, clientIp).finally(() => underWay.delete(digest));
        underWay.set(digest, pending);
      }
      const result = await pending;
      if (!result) throw notGenuine();
      return result;
    },
  };
}

const notGenuine = () => new GatewayError('unauthenticated', 'The API key is not valid.');
