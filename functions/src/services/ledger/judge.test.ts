import { describe, expect, it } from 'vitest';
import { freshState, type LedgerState } from '../../domain/ledger/state.ts';
import { NO_USAGE, type UsageFacts } from '../../domain/usage.ts';
import { EXPIRE_PER_COMMIT, judge } from './judge.ts';
import type { Judgement, Operation } from './operations.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const none = new Map();

function start(): LedgerState {
  const overrides = { concurrency: 500, requestsPerMinute: 10_000 };
  return freshState({ isActive: true, validSince: 0, tier: 'free', overrides }, NOON);
}

const admission = (requestId: string, deadline = NOON + 1_000): Operation => ({
  kind: 'admit',
  candidate: {
    requestId,
    tokens: 10,
    outputTokens: 4,
    nanoUsd: 100,
    deadline,
    provider: 'p',
    model: 'm',
    route: 'r',
    authTime: 1,
  },
});

const facts = (costNanoUsd: number): UsageFacts => ({
  provider: 'p',
  model: 'm',
  route: 'r',
  usage: { ...NO_USAGE, inputTokens: 5 },
  costNanoUsd,
  price: null,
  latencyMs: 1,
  status: 'ok',
  terminationReason: 'completed',
  source: 'provider',
  attempts: [],
});
const settlement = (requestId: string, cost = 40): Operation => ({
  kind: 'settle',
  requestId,
  facts: facts(cost),
});

const kinds = ({ outcomes }: Judgement) => outcomes.map(({ kind }) => kind);
function judged(state: LedgerState, operations: Operation[], at = NOON): Judgement {
  const judgement = judge('u', { state, known: none, claims: none, at }, operations);
  if (judgement.outcomes === undefined) throw new Error('Asked for a pool');
  return judgement;
}

describe('judging a group', () => {
  it('leaves the state that it judges as it is', () => {
    const state = start();
    const { changed } = judged(state, [admission('a')]);
    expect(changed).toBe(true);
    expect(state).toEqual(start());
  });

  it('judges in order: what settles first makes room for what comes next', () => {
    const state = start();
    state.limits = { ...state.limits, concurrency: 1 };
    const result = judged(state, [
      admission('a'),
      admission('b'),
      settlement('a'),
      admission('c'),
      settlement('a'),
    ]);
    expect(kinds(result)).toEqual(['admitted', 'refused', 'done', 'admitted', 'done']);
    expect(result.records).toHaveLength(1);
    expect(result.state.account).toMatchObject({ liveHolds: 1, settled: { day: { nanoUsd: 40 } } });
  });

  it('has nothing to commit when all is refused, done already or unknown', () => {
    const state = start();
    state.access = { ...state.access, isActive: false };
    const result = judged(
      state,
      [admission('a'), settlement('x'), { kind: 'cancel', requestId: 'y', claim: undefined }],
      NOON + 5_000,
    );
    expect(kinds(result)).toEqual(['refused', 'unknown', 'done']);
    expect(result.changed).toBe(false);
    expect(result.records).toEqual([]);
  });

  it('settles what is overdue along with anything else, but not what the group itself settles', () => {
    const { state } = judged(start(), [admission('a'), admission('b'), admission('c', NOON + 99_000)]);
    const result = judged(state, [settlement('b', 30), admission('d', NOON + 99_000)], NOON + 1_000);
    expect(
      result.records.map(({ requestId, document }) => [requestId, document.settlement, document.costNanoUsd]),
    ).toEqual([
      ['a', 'expired', 100],
      ['b', 'reported', 30],
    ]);
    expect(result.state.holds.size).toBe(2);
  });

  it('settles no more at once than one commit should carry, and says that there is more', () => {
    const { state } = judged(
      start(),
      Array.from({ length: 150 }, (_, i) => admission(`r${i}`)),
    );
    const first = judged(state, [{ kind: 'expire' }], NOON + 1_000);
    expect([kinds(first), first.records.length]).toEqual([['more'], EXPIRE_PER_COMMIT]);
    const second = judged(first.state, [{ kind: 'expire' }], NOON + 1_000);
    expect([kinds(second), second.records.length]).toEqual([['done'], 50]);
  });

  it('never moves back in time', () => {
    const { state } = judged(start(), [admission('a')], NOON + 10_000);
    expect(judged(state, [admission('b')], NOON).state.asOf).toBe(NOON + 10_000);
  });
});
