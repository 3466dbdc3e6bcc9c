import { randomUUID } from 'node:crypto';
import { Timestamp } from '@google-cloud/firestore';
import { type UsageDocument, usageRef } from '../../src/store/usage-metrics.ts';
import { userRef } from '../../src/store/users.ts';
import { openFirestore, seenUser } from '../auth/support.ts';
import type { TestUser } from '../harness/users.ts';

export const firestore = openFirestore();

export interface UsageItem {
  id: string;
  timestamp: string;
  userId: string;
  apiKeyId?: string;
  provider: string;
  model: string;
  inputTokens: number;
  cost: { usd: string };
  status: string;
}

const DAY_MS = 86_400_000;

/** A user whose account is so many days old. */
export async function userOfAge(days: number): Promise<TestUser> {
  const user = await seenUser();
  const createdAt = Timestamp.fromMillis(Date.now() - days * DAY_MS);
  await userRef(firestore, user.uid).update({ createdAt });
  return user;
}

/** A record as the ledger writes it. */
export function record(userId: string, change: Partial<UsageDocument> = {}): UsageDocument {
  return {
    userId,
    timestamp: Timestamp.now(),
    admittedAt: Timestamp.now(),
    provider: 'openai',
    model: 'gpt-4.1-mini',
    route: 'llm/generate',
    inputTokens: 100,
    outputTokens: 20,
    cachedInputTokens: 10,
    cacheWriteInputTokens: 5,
    reasoningTokens: 3,
    costNanoUsd: 1_234_567,
    heldTokens: 500,
    heldNanoUsd: 9_000_000,
    price: { source: 'test', input: 1, output: 2 },
    latencyMs: 12,
    status: 'ok',
    terminationReason: 'completed',
    source: 'provider',
    attempts: [
      { provider: 'openai', model: 'gpt-4.1-mini', status: 'ok', latencyMs: 11, costNanoUsd: 1_234_567 },
    ],
    settlement: 'reported',
    overrun: false,
    ...change,
  };
}

/** Writes records past the ledger. Answers them with their ids, as the API lists them: the newest first. */
export async function addRecords(documents: UsageDocument[]): Promise<{ id: string; data: UsageDocument }[]> {
  const all = documents.map((data) => ({ id: `req_${randomUUID().replaceAll('-', '')}`, data }));
  await Promise.all(all.map(({ id, data }) => usageRef(firestore, id).create(data)));
  return all.sort(
    (a, b) => b.data.timestamp.valueOf().localeCompare(a.data.timestamp.valueOf()) || (a.id < b.id ? 1 : -1),
  );
}

/** `2026-11-23`, so many days ago. */
export const dayAgo = (days: number): string =>
  new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
/** A moment of that day. */
export const on = (day: string, time = '12:00:00Z'): Timestamp =>
  Timestamp.fromMillis(Date.parse(`${day}T${time}`));
