import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import { afterAll, describe, expect, it } from 'vitest';
import type { AttemptLimit } from '../domain/attempts.ts';
import { GatewayError } from '../domain/errors.ts';
import { attemptRef } from '../store/attempts.ts';
import { StoreHandle } from '../store/handle.ts';
import { forgiveAttempts, limitAttempts } from './limit-attempts.ts';

const firestore = new Firestore({ projectId: 'demo-store' });
afterAll(() => firestore.terminate());

let now = Date.UTC(2026, 10, 23, 12);
const store = new StoreHandle(firestore, () => now);
const newLimit = (max = 3): AttemptLimit => ({ name: `test-${randomUUID()}`, max, windowSeconds: 60 });

/** Which attempts were let through. */
async function outcomes(attempts: Promise<void>[]): Promise<{ allowed: number; refused: GatewayError[] }> {
  const results = await Promise.allSettled(attempts);
  const refused = results.flatMap((r) => (r.status === 'rejected' ? [r.reason as GatewayError] : []));
  for (const error of refused) expect(error).toBeInstanceOf(GatewayError);
  return { allowed: results.length - refused.length, refused };
}

describe('limitAttempts', () => {
  it('lets the first few through, then says when to come back', async () => {
    const limit = newLimit();
    for (let i = 0; i < 3; i += 1) await limitAttempts(store, limit, 'ada@example.com');
    await expect(limitAttempts(store, limit, 'ada@example.com')).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterSeconds: 60,
      details: { limit: limit.name },
    });
    now += 60_000;
    await expect(limitAttempts(store, limit, 'ada@example.com')).resolves.toBeUndefined();
  });

  it('counts each key by itself, and each limit', async () => {
    const [limit, other] = [newLimit(1), newLimit(1)];
    await limitAttempts(store, limit, 'ada@example.com');
    await limitAttempts(store, limit, 'bob@example.com');
    await limitAttempts(store, other, 'ada@example.com');
    await expect(limitAttempts(store, limit, 'ada@example.com')).rejects.toMatchObject({
      code: 'rate_limited',
    });
  });

  it('lets no more through of many at once, and does not fail open', async () => {
    const limit = newLimit(5);
    const { allowed, refused } = await outcomes(
      Array.from({ length: 25 }, () => limitAttempts(store, limit, 'ada@example.com')),
    );
    expect(allowed).toBeGreaterThan(0);
    expect(allowed).toBeLessThanOrEqual(5);
    for (const error of refused) expect(error).toMatchObject({ code: 'rate_limited' });
  });

  it('stores no address, only its hash, and when it may be deleted', async () => {
    const limit = newLimit();
    const ref = attemptRef(firestore, limit.name, 'ada@example.com');
    await limitAttempts(store, limit, 'ada@example.com');
    const document = (await ref.get()).data();
    expect(ref.id).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify({ ...document, id: ref.id })).not.toContain('ada');
    expect(document?.expiresAt.toMillis()).toBe(now + 60_000);
    expect(document?.count).toBe(1);
  });

  it('forgets a key after a success', async () => {
    const limit = newLimit(1);
    await limitAttempts(store, limit, 'ada@example.com');
    await forgiveAttempts(store, limit, 'ada@example.com');
    await expect(limitAttempts(store, limit, 'ada@example.com')).resolves.toBeUndefined();
  });
});
