import { Timestamp } from '@google-cloud/firestore';
import { describe, expect, it } from 'vitest';
import { claimFor, type KnownClaim } from '../../domain/idempotency.ts';
import type { KeyAccess } from '../../domain/ledger/key-access.ts';
import { freshKey } from '../../domain/ledger/key-state.ts';
import { newPool } from '../../domain/ledger/lease.ts';
import { freshState, type LedgerState } from '../../domain/ledger/state.ts';
import { NO_USAGE, type UsageFacts } from '../../domain/usage.ts';
import { judge } from './judge.ts';
import { involvedKeys, type Judgement, type Operation, type ReadClaim, writesOf } from './operations.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const access: KeyAccess = {
  userId: 'u',
  status: 'active',
  hashes: [{ hash: 'h' }],
  expiresAt: undefined,
  scopes: ['generate'],
  providers: undefined,
  models: undefined,
  limits: {},
  budget: undefined,
};

function start(...keyIds: string[]): LedgerState {
  const state = freshState({ isActive: true, validSince: 0, tier: 'team', overrides: undefined }, NOON);
  for (const keyId of keyIds) state.keys.set(keyId, freshKey(access, NOON));
  return state;
}

const asked = { id: 'c', principalId: 'u', bodyHash: 'h' };

function admission(requestId: string, keyId?: string, claim?: typeof asked): Operation {
  const call = { tokens: 10, outputTokens: 4, nanoUsd: 100, provider: 'p', model: 'm', route: 'r' };
  const credential = keyId ? { apiKey: { id: keyId, hash: 'h', scope: 'generate' } } : { authTime: 1 };
  return {
    kind: 'admit',
    candidate: { requestId, deadline: NOON + 1_000, ...call, ...credential },
    claim,
  };
}

const facts: UsageFacts = {
  provider: 'p',
  model: 'm',
  route: 'r',
  usage: { ...NO_USAGE, inputTokens: 5 },
  costNanoUsd: 40,
  price: null,
  latencyMs: 1,
  status: 'ok',
  terminationReason: 'completed',
  source: 'provider',
  attempts: [],
};

function judged(
  state: LedgerState,
  operations: Operation[],
  more: { claims?: Map<string, ReadClaim>; at?: number } = {},
): Judgement {
  const { claims = new Map(), at = NOON } = more;
  const judgement = judge('u', { state, known: new Map(), claims, at }, operations);
  if (judgement.outcomes === undefined) throw new Error('Asked for a pool');
  return judgement;
}

const read = (claim: KnownClaim) => new Map([[claim.id, { claim, updateTime: Timestamp.fromMillis(NOON) }]]);
const kinds = ({ outcomes }: Judgement) => outcomes.map((o) => (o.kind === 'conflict' ? o.reason : o.kind));

describe('judging a group with API keys', () => {
  it('commits the keys that were used, and no other that it had to know', () => {
    const state = start('a', 'b', 'c');
    const judgement = judged(state, [admission('r1', 'a'), admission('r2', 'b'), admission('r3')]);
    expect([...judgement.changedKeys]).toEqual(['a', 'b']);
    expect(writesOf(judgement)).toBe(3);
    expect(state).toEqual(start('a', 'b', 'c'));
    const settled = judged(judgement.state, [{ kind: 'settle', requestId: 'r1', facts }]);
    expect([...settled.changedKeys]).toEqual(['a']);
    expect(settled.records[0]?.document).toMatchObject({ apiKeyId: 'a', costNanoUsd: 40 });
    expect(settled.state.keys.get('a')?.account.settled.day.nanoUsd).toBe(40);
  });

  it('refuses a key that is not there, and settles what was held for one that is gone', () => {
    const state = start('a');
    const { outcomes, changed } = judged(state, [admission('r', 'gone')]);
    expect(outcomes[0]).toMatchObject({ kind: 'refused', refusal: { reason: 'key_unknown' } });
    expect(changed).toBe(false);
    const { state: held } = judged(state, [admission('r', 'a')]);
    held.keys.clear();
    const settled = judged(held, [{ kind: 'settle', requestId: 'r', facts }]);
    expect(settled.records[0]?.document.apiKeyId).toBe('a');
    expect([...settled.changedKeys]).toEqual([]);
  });

  it('involves the keys of what is asked, settled and overdue', () => {
    const { state } = judged(start('a', 'b'), [admission('r1', 'a'), admission('r2', 'b')]);
    const involved = (operations: Operation[], at: number) => [
      ...involvedKeys(state, operations, new Map(), at),
    ];
    expect(involved([admission('r3', 'c')], NOON)).toEqual(['c']);
    expect(involved([{ kind: 'settle', requestId: 'r2', facts }], NOON)).toEqual(['b']);
    expect(involved([{ kind: 'cancel', requestId: 'r1', claim: undefined }], NOON)).toEqual(['a']);
    expect(involved([{ kind: 'expire' }], NOON + 1_000)).toEqual(['a', 'b']);
  });
});

describe('judging a group with Idempotency-Keys', () => {
  it('gives the key to the first of two', () => {
    const judgement = judged(start(), [admission('r1', undefined, asked), admission('r2', undefined, asked)]);
    expect(kinds(judgement)).toEqual(['admitted', 'in_progress']);
    expect([...judgement.claims]).toEqual([
      ['c', { kind: 'create', claim: { ...claimFor(asked, 'r1', NOON), state: 'in_progress' } }],
    ]);
  });

  it('gives it to the second where the first is refused', () => {
    const state = start();
    state.limits = { ...state.limits, tokens: { capacity: 5, refillPerSecond: 1 } };
    const small = admission('r2', undefined, asked);
    if (small.kind === 'admit') small.candidate.tokens = 5;
    expect(kinds(judged(state, [admission('r1', undefined, asked), small]))).toEqual(['refused', 'admitted']);
  });

  it('keeps the answer along with the settlement, for the next of the same group too', () => {
    const claim = claimFor(asked, 'r1', NOON);
    const { state } = judged(start(), [admission('r1', undefined, asked)]);
    const answer = { status: 200, headers: {}, body: '1' };
    const completion: KnownClaim = { ...claim, state: 'done', answer };
    const judgement = judged(
      state,
      [{ kind: 'settle', requestId: 'r1', facts, completion }, admission('r2', undefined, asked)],
      { claims: read({ ...claim, state: 'in_progress' }) },
    );
    expect(kinds(judgement)).toEqual(['done', 'replay']);
    expect([...judgement.claims.values()]).toEqual([{ kind: 'set', claim: completion }]);
  });

  it('writes no answer for what was settled before', () => {
    const completion: KnownClaim = { ...claimFor(asked, 'r1', NOON), state: 'done_not_kept' };
    const judgement = judged(start(), [{ kind: 'settle', requestId: 'r1', facts, completion }]);
    expect([kinds(judgement), judgement.claims.size]).toEqual([['unknown'], 0]);
  });

  it('takes the claim back with its admission, and lets another have it in the same commit', () => {
    const { state } = judged(start(), [admission('r1', undefined, asked)]);
    const back: Operation = { kind: 'cancel', requestId: 'r1', claim: asked };
    const claims = read({ ...claimFor(asked, 'r1', NOON), state: 'in_progress' });
    expect([...judged(state, [back], { claims }).claims]).toEqual([['c', { kind: 'delete' }]]);
    const both = judged(state, [back, admission('r2', undefined, asked)], { claims });
    expect(kinds(both)).toEqual(['done', 'admitted']);
    expect(both.claims.get('c')).toMatchObject({ kind: 'set', claim: { requestId: 'r2' } });
    // One whose admission was never committed has no claim to take back.
    expect(judged(start(), [back]).claims.size).toBe(0);
  });

  it('replaces a claim that has expired by the version that it has', () => {
    const old: KnownClaim = { ...claimFor(asked, 'r0', NOON - 90_000_000), state: 'in_progress' };
    const judgement = judged(start(), [admission('r1', undefined, asked)], { claims: read(old) });
    expect(judgement.claims.get('c')).toMatchObject({
      kind: 'replace',
      updateTime: Timestamp.fromMillis(NOON),
    });
  });

  it('knows its own claim again after a commit in doubt', () => {
    const { state } = judged(start(), [admission('r1', undefined, asked)]);
    const claims = read({ ...claimFor(asked, 'r1', NOON), state: 'in_progress' });
    const again = judged(state, [admission('r1', undefined, asked)], { claims, at: NOON + 500 });
    expect(again.outcomes).toMatchObject([{ kind: 'admitted', claim: claimFor(asked, 'r1', NOON) }]);
    expect([again.changed, again.claims.size]).toEqual([false, 0]);
  });
});

describe("judging a group within the project's budget", () => {
  const budget = { period: 'total', nanoUsd: 1_000 } as const;

  it('asks for the pool where a lease is needed, and does without where it lasts', () => {
    const state = start();
    state.project = { budget, pool: undefined };
    const grounds = { state, known: new Map(), claims: new Map(), at: NOON };
    expect(judge('u', grounds, [admission('r1')]).outcomes).toBeUndefined();
    state.project = { budget, pool: newPool('e', budget, NOON) };
    const first = judged(state, [admission('r1'), admission('r2')]);
    expect(kinds(first)).toEqual(['admitted', 'admitted']);
    // 100 held and a 32nd of what is free, then the same again.
    expect(first.pool).toMatchObject({ leasedNanoUsd: 225, limitNanoUsd: 1_000 });
    expect(writesOf(first)).toBe(2);
    first.state.project = { budget, pool: undefined };
    const settled = judged(first.state, [{ kind: 'settle', requestId: 'r1', facts }]);
    expect([settled.pool, settled.state.lease]).toMatchObject([undefined, { settled: { nanoUsd: 40 } }]);
    expect(kinds(judged(settled.state, [{ kind: 'expire' }]))).toEqual(['done']);
  });

  it('leaves the pool as it is where nothing is taken from it', () => {
    const state = start();
    state.project = { budget: { ...budget, nanoUsd: 50 }, pool: newPool('e', budget, NOON) };
    const { outcomes, pool, changed } = judged(state, [admission('r1')]);
    expect(outcomes[0]).toMatchObject({ kind: 'refused', refusal: { reason: 'never_fits' } });
    expect([pool, changed]).toEqual([undefined, false]);
  });
});
