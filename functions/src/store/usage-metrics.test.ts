import { Timestamp } from '@google-cloud/firestore';
import { describe, expect, it } from 'vitest';
import type { Settlement } from '../domain/ledger/settle.ts';
import type { UsageFacts } from '../domain/usage.ts';
import { expiredUsage, lateUsage, reportedUsage, usageDocumentSchema } from './usage-metrics.ts';

const settlement: Settlement = {
  hold: {
    requestId: 'req_1',
    tokens: 900,
    outputTokens: 400,
    nanoUsd: 5_000,
    admittedAt: 1_000,
    deadline: 9_000,
    provider: 'openai',
    model: 'gpt-test',
    route: '/r',
  },
  settledAt: 9_500,
  overrun: false,
};

const facts: UsageFacts = {
  provider: 'anthropic',
  model: 'claude-test',
  route: '/r2',
  usage: {
    inputTokens: 30,
    outputTokens: 12,
    cachedInputTokens: 5,
    cacheWriteInputTokens: 2,
    reasoningTokens: 4,
  },
  costNanoUsd: 700,
  price: { source: 'genai-prices', input: 1, output: 2 },
  latencyMs: 20,
  timeToFirstTokenMs: 5,
  status: 'ok',
  terminationReason: 'completed',
  source: 'provider',
  attempts: [
    {
      provider: 'anthropic',
      model: 'claude-test',
      status: 'ok',
      latencyMs: 19,
      costNanoUsd: 700,
      upstreamStatus: 200,
    },
  ],
};

describe('usage records', () => {
  it('say what was reported, and what had been held', () => {
    const record = reportedUsage('u', settlement, facts);
    expect(usageDocumentSchema.parse(record)).toEqual(record);
    expect(record).toMatchObject({
      userId: 'u',
      model: 'claude-test',
      inputTokens: 30,
      reasoningTokens: 4,
      costNanoUsd: 700,
      heldNanoUsd: 5_000,
      timestamp: Timestamp.fromMillis(9_500),
      admittedAt: Timestamp.fromMillis(1_000),
      settlement: 'reported',
    });
    expect('usage' in record).toBe(false);
  });

  it('count an abandoned request at all that it held', () => {
    const record = expiredUsage('u', settlement);
    expect(usageDocumentSchema.parse(record)).toEqual(record);
    expect(record).toMatchObject({
      inputTokens: 500,
      outputTokens: 400,
      costNanoUsd: 5_000,
      terminationReason: 'abandoned',
      source: 'held',
      status: 'error',
      settlement: 'expired',
    });
  });

  it('keep their moment when they are corrected', () => {
    const record = lateUsage(expiredUsage('u', settlement), facts, 700);
    expect(usageDocumentSchema.parse(record)).toEqual(record);
    expect(record).toMatchObject({
      timestamp: Timestamp.fromMillis(9_500),
      costNanoUsd: 700,
      settlement: 'late',
      overrun: false,
    });
    const dearer = { ...facts, costNanoUsd: 5_001 };
    expect(lateUsage(expiredUsage('u', settlement), dearer, 5_000)).toMatchObject({
      costNanoUsd: 5_000,
      overrun: true,
    });
  });
});
