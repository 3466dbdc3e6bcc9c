import { randomUUID } from 'node:crypto';
import { Firestore, Timestamp } from '@google-cloud/firestore';
import { createClientTokenIssuer } from '../../src/domain/client-token.ts';
import { accessUpdate } from '../../src/store/ledger-document.ts';
import { type UserDocument, userRef } from '../../src/store/users.ts';

/** A user made for a load test or a bench, with the client token that its requests carry. */
export interface LoadUser {
  uid: string;
  clientToken: string;
}

/** Whose documents are written and what signs the tokens; the same as the instances' under test. */
export interface SeedTarget {
  projectId: string;
  clientTokenSecret: string;
}

/** What an admin sets of a user's limits. */
export type Overrides = NonNullable<UserDocument['overrides']>;

/** Limits that no load of this machine reaches, a budget included, so that all of admission still runs. */
export const AMPLE: Overrides = {
  tokens: { capacity: 1_000_000_000, refillPerSecond: 1_000_000 },
  requestsPerMinute: 1_000_000,
  concurrency: 500,
  budgets: [{ period: 'day', nanoUsd: 1_000_000_000_000_000 }],
};

/** A client of the emulator that FIRESTORE_EMULATOR_HOST names; the caller terminates it. */
export function openFirestore({ projectId }: Pick<SeedTarget, 'projectId'>): Firestore {
  return new Firestore({ projectId, ignoreUndefinedProperties: true });
}

/**
 * Writes one user for each entry, as first sight of a user and an admin's override of their limits do, and signs
 * a client token for each. The identity service is left out: a client token is verified without it.
 *
 * @param seconds how long the tokens are good for.
 */
export async function seedUsers(
  db: Firestore,
  target: SeedTarget,
  limits: readonly Overrides[],
  seconds: number,
): Promise<LoadUser[]> {
  const { projectId, clientTokenSecret } = target;
  const authTime = Math.floor(Date.now() / 1000);
  const tokens = createClientTokenIssuer({
    secrets: [clientTokenSecret],
    projectId,
    now: Date.now,
    newId: () => `ct_${randomUUID()}`,
  });
  return Promise.all(
    limits.map(async (overrides) => {
      const uid = `load_${randomUUID()}`;
      const at = Timestamp.now();
      const access = { isActive: true, validSince: 0, tier: 'free' as const };
      const batch = db.batch();
      batch.create(userRef(db, uid), {
        ...access,
        overrides,
        email: `${uid}@example.com`,
        displayName: null,
        isVerified: true,
        createdAt: at,
        updatedAt: at,
      });
      accessUpdate(batch, db, uid, { ...access, overrides });
      await batch.commit();
      const { clientToken } = await tokens.sign({ uid, authTime }, seconds);
      return { uid, clientToken };
    }),
  );
}
