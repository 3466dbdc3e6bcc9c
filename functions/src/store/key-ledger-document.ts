import {
  type DocumentData,
  type DocumentReference,
  type Firestore,
  Timestamp,
  type WriteBatch,
} from '@google-cloud/firestore';
import { z } from 'zod';
import type { KeyAccess } from '../domain/ledger/key-access.ts';
import { freshKey, type KeyState, keyStateOf } from '../domain/ledger/key-state.ts';
import {
  accountFields,
  accountSchema,
  budgetSchema,
  LEDGERS,
  levelField,
  levelOf,
  timestamp,
} from './ledger-fields.ts';

/** Within what stays exact. */
const rate = z.int().positive().max(1e9);

export const keyLimitsSchema = z.object({
  tokensPerMinute: rate.exactOptional(),
  requestsPerMinute: rate.exactOptional(),
  concurrency: z.int().positive().exactOptional(),
});

const names = z.array(z.string()).nullable();

/** KeyAccess as it is stored: null for what is absent, times as timestamps. */
const accessSchema = z.object({
  userId: z.string(),
  status: z.enum(['active', 'revoked']),
  hashes: z.array(z.object({ hash: z.string(), validUntil: timestamp.nullable() })),
  expiresAt: timestamp.nullable(),
  scopes: z.array(z.string()),
  providers: names,
  models: names,
  limits: keyLimitsSchema,
  budget: budgetSchema.nullable(),
});

/** Absent as a whole until the first admission. The buckets are null where nothing limits them. */
const bookSchema = z.object({
  ...accountSchema,
  tokens: z.number().nullable(),
  requests: z.number().nullable(),
  /** The key's holds are in its user's document; here is how many. */
  liveHolds: z.int().nonnegative(),
  lastUsedAt: timestamp.nullable(),
  updatedAt: timestamp,
});

/** `rateLimitBuckets/{keyId}`: an API key's own account, and what must hold of it from the next admission on. */
const documentSchema = z.object({ access: accessSchema, book: bookSchema.exactOptional() });

type StoredKeyAccess = z.infer<typeof accessSchema>;
export type KeyLedgerDocument = z.infer<typeof documentSchema>;
export type KeyBookFields = NonNullable<KeyLedgerDocument['book']>;

export const isKeyId = (text: string): boolean => /^[0-9A-Za-z]{1,64}$/.test(text);

/** @throws RangeError for what can't be the id of an API key. */
export function keyLedgerRef(firestore: Firestore, keyId: string): DocumentReference {
  if (!isKeyId(keyId)) throw new RangeError('Not the id of an API key');
  return firestore.collection(LEDGERS).doc(keyId);
}

/** Undefined where there is no document, or one that is not (completely) an API key's: no such key, to the ledger. */
export function parseKeyLedger(data: DocumentData | undefined): KeyLedgerDocument | undefined {
  const { access, ...book } = data ?? {};
  return documentSchema.safeParse('lastRefill' in book ? { access, book } : { access }).data;
}

/** All that a commit writes of a key's account; `access` is written by `keyAccessUpdate` alone. */
export function keyBookFields({ account, asOf, lastUsedAt }: KeyState): KeyBookFields {
  return {
    ...accountFields(account, asOf),
    tokens: bucketField(account.tokenLevel),
    requests: bucketField(account.requestLevel),
    liveHolds: account.liveHolds,
    lastUsedAt: lastUsedAt === undefined ? null : Timestamp.fromMillis(lastUsedAt),
    updatedAt: Timestamp.fromMillis(asOf),
  };
}

const bucketField = (level: number) => (Number.isFinite(level) ? levelField(level) : null);
const bucketLevel = (stored: number | null) => (stored === null ? Number.POSITIVE_INFINITY : levelOf(stored));

/** The key's account that a document holds; a fresh one as of `now` where it was never admitted. */
export function keyStateFrom({ access: stored, book }: KeyLedgerDocument, now: number): KeyState {
  const access = keyAccessOf(stored);
  if (book === undefined) return freshKey(access, now);
  const { heldTokens, heldNanoUsd, liveHolds, settled } = book;
  const account = {
    tokenLevel: bucketLevel(book.tokens),
    requestLevel: bucketLevel(book.requests),
    heldTokens,
    heldNanoUsd,
    liveHolds,
    settled,
  };
  const lastUsedAt = book.lastUsedAt?.toMillis();
  return keyStateOf({ asOf: book.lastRefill.toMillis(), access, account, lastUsedAt });
}

function keyAccessOf({ hashes, expiresAt, providers, models, budget, ...rest }: StoredKeyAccess): KeyAccess {
  return {
    ...rest,
    hashes: hashes.map(({ hash, validUntil }) => ({
      hash,
      ...(validUntil !== null && { validUntil: validUntil.toMillis() }),
    })),
    expiresAt: expiresAt?.toMillis(),
    providers: providers ?? undefined,
    models: models ?? undefined,
    budget: budget ?? undefined,
  };
}

const STORED: { [K in keyof KeyAccess]: (value: KeyAccess[K]) => StoredKeyAccess[K] } = {
  userId: (value) => value,
  status: (value) => value,
  hashes: (value) => value.map(({ hash, validUntil }) => ({ hash, validUntil: timestampOrNull(validUntil) })),
  expiresAt: (value) => timestampOrNull(value),
  scopes: (value) => [...value],
  providers: (value) => (value ? [...value] : null),
  models: (value) => (value ? [...value] : null),
  limits: (value) => value,
  budget: (value) => value ?? null,
};

const timestampOrNull = (ms: number | undefined) => (ms === undefined ? null : Timestamp.fromMillis(ms));

/**
 * Puts what has changed of a key into a batch that also writes `apiKeys/{keyId}`: from the next admission on it holds
 * on every instance, as their commits fail their precondition and read again (I6). A new key is written complete;
 * later a part will do, undefined being the value that clears. What the key has left and has spent stays.
 */
export function keyAccessUpdate(
  batch: WriteBatch,
  firestore: Firestore,
  keyId: string,
  change: Partial<KeyAccess>,
): WriteBatch {
  const access: Record<string, unknown> = {};
  for (const field of Object.keys(change) as (keyof KeyAccess)[]) access[field] = storedField(change, field);
  const mergeFields = Object.keys(access).map((field) => `access.${field}`);
  if (mergeFields.length === 0) return batch;
  return batch.set(keyLedgerRef(firestore, keyId), { access }, { mergeFields });
}

const storedField = <K extends keyof KeyAccess>(change: Partial<KeyAccess>, field: K) =>
  STORED[field](change[field] as KeyAccess[K]);
