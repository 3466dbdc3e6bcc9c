import type { Firestore } from '@google-cloud/firestore';
import { newKeyId } from '../../src/domain/api-key.ts';
import type { KeyAccess } from '../../src/domain/ledger/key-access.ts';
import type { AdmissionRequest } from '../../src/services/ledger/contract.ts';
import {
  keyAccessUpdate,
  keyLedgerRef,
  keyStateFrom,
  parseKeyLedger,
} from '../../src/store/key-ledger-document.ts';
import { type Ask, request } from './setup.ts';

export const HASH = '$2b$10$abcdefghijklmnopqrstuu';

/** A new API key of a user that may generate, restricted as given. Answers its id. */
export async function addKey(
  firestore: Firestore,
  userId: string,
  access: Partial<KeyAccess> = {},
): Promise<string> {
  const keyId = newKeyId();
  await changeKey(firestore, keyId, {
    userId,
    status: 'active',
    hashes: [{ hash: HASH }],
    expiresAt: undefined,
    scopes: ['generate'],
    providers: undefined,
    models: undefined,
    limits: {},
    budget: undefined,
    ...access,
  });
  return keyId;
}

export async function changeKey(
  firestore: Firestore,
  keyId: string,
  change: Partial<KeyAccess>,
): Promise<void> {
  await keyAccessUpdate(firestore.batch(), firestore, keyId, change).commit();
}

export interface KeyAsk extends Ask {
  hash?: string;
  scope?: string;
}

/** A request that came with this key. */
export function keyRequest(userId: string, keyId: string, ask: KeyAsk = {}): AdmissionRequest {
  const { authTime: _, apiKey: __, ...rest } = request(userId, ask);
  return { ...rest, apiKey: { id: keyId, hash: ask.hash ?? HASH, scope: ask.scope ?? 'generate' } };
}

/** What the database has of a key's account, read past any cache. */
export async function readKey(firestore: Firestore, keyId: string) {
  const document = parseKeyLedger((await keyLedgerRef(firestore, keyId).get()).data());
  if (document === undefined) throw new Error('There is no such key');
  return keyStateFrom(document, Date.now());
}
