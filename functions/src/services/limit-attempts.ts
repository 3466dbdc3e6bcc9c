import { setTimeout as sleep } from 'node:timers/promises';
import { Timestamp } from '@google-cloud/firestore';
import { type AttemptLimit, countAttempt } from '../domain/attempts.ts';
import { GatewayError } from '../domain/errors.ts';
import { attemptRef } from '../store/attempts.ts';
import type { StoreHandle } from '../store/handle.ts';

const TRIES = 8;

/**
 * Counts an attempt against a limit before it is made.
 *
 * @param key whose attempt it is: an address, a client IP, a uid; only its hash is stored.
 * @throws GatewayError `rate_limited` with Retry-After; also when so many try at once that the count cannot be
 *   written, because a limit that fails open is none.
 */
export async function limitAttempts(store: StoreHandle, limit: AttemptLimit, key: string): Promise<void> {
  const ref = attemptRef(store.firestore, limit.name, key);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const found = await store.get(ref);
    const verdict = countAttempt(
      found && { count: found.data.count, windowEndsAt: found.data.windowEndsAt.toMillis() },
      limit,
      store.now(),
    );
    if (!verdict.allowed) throw tooMany(limit, verdict.retryAfterSeconds);
    const windowEndsAt = Timestamp.fromMillis(verdict.next.windowEndsAt);
    const document = { limit: limit.name, count: verdict.next.count, windowEndsAt, expiresAt: windowEndsAt };
    const written = found
      ? await store.update(ref, document, { lastUpdateTime: found.updateTime })
      : await store.create(ref, document);
    if (written) return;
    await sleep(Math.random() * 20 * 2 ** attempt);
  }
  throw tooMany(limit, 1);
}

/** Forgets the attempts of a key, after one that succeeded. */
export async function forgiveAttempts(store: StoreHandle, limit: AttemptLimit, key: string): Promise<void> {
  await store.delete(attemptRef(store.firestore, limit.name, key));
}

function tooMany(limit: AttemptLimit, retryAfterSeconds: number): GatewayError {
  return new GatewayError('rate_limited', 'Too many attempts. Try again later.', {
    retryAfterSeconds,
    details: { limit: limit.name },
  });
}
