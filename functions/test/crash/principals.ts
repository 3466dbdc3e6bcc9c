import type { Firestore } from '@google-cloud/firestore';
import { createApiKey } from '../../src/services/api-keys/create-api-key.ts';
import { StoreHandle } from '../../src/store/handle.ts';
import { AMPLE, type SeedTarget, seedUsers } from '../load/seed.ts';
import type { Caller } from './traffic.ts';

/** A user, one of the user's API keys, and their credentials. */
export interface Principal {
  uid: string;
  clientToken: string;
  keyId: string;
  key: string;
}

/** So many users with limits that no test here reaches, budgets included, each with a key. */
export async function seedPrincipals(db: Firestore, target: SeedTarget, count: number): Promise<Principal[]> {
  const users = await seedUsers(db, target, Array<typeof AMPLE>(count).fill(AMPLE), 3_600);
  const store = new StoreHandle(db, Date.now);
  const none = { providers: null, models: null, expiresAt: null, limits: null, rotation: null, tags: null };
  return Promise.all(
    users.map(async ({ uid, clientToken }) => {
      const { key, id } = await createApiKey(
        { config: { deployed: false, bcryptCost: 4 } },
        store,
        uid,
        { ...none, name: 'kills', scopes: ['generate'], budget: { nanoUsd: 1e15, period: 'total' } },
        { id: uid, ip: null, userAgent: null },
      );
      return { uid, clientToken, keyId: id, key };
    }),
  );
}

const [CHAT, MESSAGE] = ['gpt-4.1-mini', 'claude-haiku-4-5'];

/** Every way to a model. */
export function callersOf({ clientToken, key }: Principal): Caller[] {
  const generate = { format: 'generate' as const };
  const gateway = { format: 'gateway' as const, token: key };
  return [
    { ...generate, path: '/openaiGenerate', token: clientToken, model: CHAT },
    { ...generate, path: '/anthropicGenerate', token: clientToken, model: MESSAGE },
    { ...generate, path: '/api/api/v1/llm/generate', token: key, model: CHAT },
    { ...generate, path: '/api/api/v1/llm/generate', token: key, model: MESSAGE },
    { ...gateway, path: '/gateway/v1/chat/completions', model: CHAT },
    { ...gateway, path: '/gateway/v1/messages', model: MESSAGE },
  ];
}
