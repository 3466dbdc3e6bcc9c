import type { Firestore } from '@google-cloud/firestore';
import { createApiKey } from '../../functions/src/services/api-keys/create-api-key.ts';
import { StoreHandle } from '../../functions/src/store/handle.ts';
import type { LoadUser } from '../../functions/test/load/seed.ts';

/** As deployed by default. */
export const BCRYPT_COST = 10;

/** Makes API keys that may call models, as the route that makes them does, for the users in turn. */
export function makeKeys(db: Firestore, users: readonly LoadUser[], count: number): Promise<string[]> {
  const store = new StoreHandle(db, Date.now);
  const deps = { config: { deployed: false, bcryptCost: BCRYPT_COST } };
  const choices = {
    name: 'bench',
    scopes: ['generate' as const],
    providers: null,
    models: null,
    expiresAt: null,
    budget: null,
    limits: null,
    rotation: null,
    tags: null,
  };
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const uid = users[i % users.length]?.uid ?? '';
      const actor = { id: uid, ip: null, userAgent: null };
      return (await createApiKey(deps, store, uid, choices, actor)).key;
    }),
  );
}
