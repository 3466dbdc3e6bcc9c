import { randomUUID } from 'node:crypto';
import { Firestore, Timestamp } from '@google-cloud/firestore';
import type { Tier } from '../../src/domain/tiers.ts';
import { NO_USAGE, type UsageFacts } from '../../src/domain/usage.ts';
import type { Clock } from '../../src/services/ledger/clock.ts';
import type { AdmissionRequest } from '../../src/services/ledger/contract.ts';
import {
  createLedger,
  type FirestoreLedger,
  type LedgerOptions,
} from '../../src/services/ledger/create-ledger.ts';
import { accessOf, ledgerRef, stateOf } from '../../src/store/ledger-document.ts';
import { type UsageDocument, usageOfUser, usageRef } from '../../src/store/usage-metrics.ts';
import { type UserDocument, userRef } from '../../src/store/users.ts';

export const NANO = 1_000_000_000;

/** A client of the emulator that FIRESTORE_EMULATOR_HOST names; each project id is a database of its own. */
export function openFirestore(projectId = 'demo-ledger'): Firestore {
  return new Firestore({ projectId, ignoreUndefinedProperties: true });
}

/** A new user, with these overrides of the free tier. Answers the id. */
export async function addUser(
  firestore: Firestore,
  overrides: UserDocument['overrides'] = null,
  tier: Tier = 'free',
): Promise<string> {
  const uid = `user_${randomUUID()}`;
  const at = Timestamp.now();
  await userRef(firestore, uid).create({
    email: `${uid}@example.com`,
    displayName: null,
    tier,
    overrides,
    isActive: true,
    isVerified: true,
    validSince: 0,
    createdAt: at,
    updatedAt: at,
  });
  return uid;
}

export interface Ask {
  requestId?: string;
  tokens?: number;
  nanoUsd?: number | undefined;
  deadline?: number;
  authTime?: number;
  model?: string;
}

export function request(userId: string, ask: Ask = {}): AdmissionRequest {
  const { tokens = 100 } = ask;
  return {
    requestId: ask.requestId ?? `req_${randomUUID()}`,
    userId,
    authTime: ask.authTime ?? 1,
    hold: { tokens, outputTokens: Math.min(10, tokens), nanoUsd: 'nanoUsd' in ask ? ask.nanoUsd : 1_000 },
    deadline: ask.deadline ?? Date.now() + 60_000,
    call: { provider: 'openai', model: ask.model ?? 'gpt-test', route: '/api/v1/llm/generate' },
  };
}

export function facts(tokens: number, costNanoUsd: number, more: Partial<UsageFacts> = {}): UsageFacts {
  return {
    provider: 'openai',
    model: 'gpt-test',
    route: '/api/v1/llm/generate',
    usage: { ...NO_USAGE, inputTokens: tokens },
    costNanoUsd,
    price: { source: 'test', input: 1_000, output: 2_000 },
    latencyMs: 12,
    status: 'ok',
    terminationReason: 'completed',
    source: 'provider',
    attempts: [{ provider: 'openai', model: 'gpt-test', status: 'ok', latencyMs: 11, costNanoUsd }],
    ...more,
  };
}

/** A clock that a test moves; what the database says of the time is ignored. */
export function movableClock(): Clock & { ahead: number } {
  const clock = {
    ahead: 0,
    now: () => Date.now() + clock.ahead,
    fromLocal: (at: number) => at,
    observe: () => undefined,
  };
  return clock;
}

export interface Counted {
  ledger: FirestoreLedger;
  reads: number;
  writes: number;
  conflicts: number;
  commits: number;
}

/** A ledger of one instance, with its operations counted. */
export function countedLedger(firestore: Firestore, options: Partial<LedgerOptions> = {}): Counted {
  const counted = { reads: 0, writes: 0, conflicts: 0, commits: 0 };
  const ledger = createLedger({
    firestore: () => firestore,
    onOperations: (reads, writes) => {
      counted.reads += reads;
      counted.writes += writes;
    },
    onEvent: ({ type }) => {
      if (type === 'conflict') counted.conflicts += 1;
      if (type === 'commit') counted.commits += 1;
    },
    ...options,
  });
  return Object.assign(counted, { ledger });
}

/** What the database has of a user's ledger, read past any cache. */
export async function readState(firestore: Firestore, uid: string) {
  const document = (await ledgerRef(firestore, uid).get()).data();
  const access = document && accessOf(document);
  if (!document?.book || !access) throw new Error('There is no ledger');
  return { ...stateOf(document, access, Date.now()), book: document.book };
}

export async function readRecords(firestore: Firestore, uid: string): Promise<UsageDocument[]> {
  return (await usageOfUser(firestore, uid).get()).docs.map((doc) => doc.data());
}

export async function readRecord(
  firestore: Firestore,
  requestId: string,
): Promise<UsageDocument | undefined> {
  return (await usageRef(firestore, requestId).get()).data();
}
