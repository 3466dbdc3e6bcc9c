import { randomUUID } from 'node:crypto';
import type { Firestore } from '@google-cloud/firestore';
import { NO_USAGE, type UsageFacts } from '../../src/domain/usage.ts';
import { createLedger } from '../../src/services/ledger/create-ledger.ts';

/** The ledger with neither HTTP nor a provider around it: what Firestore takes of a request. */
export interface LedgerAlone {
  /** Admits and settles one request of about the size of the bench's. @returns what each took, in milliseconds. */
  request(uid: string): Promise<{ admitMs: number; settleMs: number }>;
  /** Documents read and written so far. */
  operations: { reads: number; writes: number };
  idle(): Promise<void>;
}

const call = { provider: 'openai', model: 'gpt-4.1-mini', route: 'openaiGenerate' };

const facts: UsageFacts = {
  ...call,
  usage: { ...NO_USAGE, inputTokens: 30, outputTokens: 40 },
  costNanoUsd: 76_000,
  price: { source: 'bench', input: 400_000_000, output: 1_600_000_000 },
  latencyMs: 5,
  status: 'ok',
  terminationReason: 'completed',
  source: 'provider',
  attempts: [{ provider: 'openai', model: 'gpt-4.1-mini', status: 'ok', latencyMs: 5, costNanoUsd: 76_000 }],
};

export function ledgerAlone(firestore: Firestore): LedgerAlone {
  const operations = { reads: 0, writes: 0 };
  const ledger = createLedger({
    firestore: () => firestore,
    onOperations(reads, writes) {
      operations.reads += reads;
      operations.writes += writes;
    },
  });
  return {
    operations,
    idle: () => ledger.idle(),
    async request(userId) {
      const requestId = `req_${randomUUID()}`;
      const start = performance.now();
      await ledger.admit({
        requestId,
        userId,
        authTime: Math.floor(Date.now() / 1000),
        hold: { tokens: 300, outputTokens: 64, nanoUsd: 200_000 },
        deadline: Date.now() + 310_000,
        call,
      });
      const admitted = performance.now();
      await ledger.settle(requestId, userId, facts);
      return { admitMs: admitted - start, settleMs: performance.now() - admitted };
    },
  };
}
