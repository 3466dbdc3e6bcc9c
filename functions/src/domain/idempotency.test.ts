import { describe, expect, it } from 'vitest';
import {
  CLAIM_MS,
  type ClaimRequest,
  claimFor,
  claimIdOf,
  judgeClaim,
  type KnownClaim,
} from './idempotency.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const asked: ClaimRequest = { id: 'c', principalId: 'u', bodyHash: 'h' };
const claim = claimFor(asked, 'req_1', NOON);
const answer = { status: 200, headers: {}, body: '{}' };
const done: KnownClaim = { ...claim, state: 'done', answer };

const judged = (known: KnownClaim | undefined, isRunning = false, at = NOON, body = 'h') =>
  judgeClaim({ ...asked, bodyHash: body }, known, () => isRunning, at);

describe('Idempotency-Keys', () => {
  it('are free where nobody has them, and again after a day, though the document may still be there', () => {
    expect(judged(undefined)).toEqual({ kind: 'free' });
    expect(judged(done, false, NOON + CLAIM_MS - 1).kind).toBe('replay');
    expect(judged(done, false, NOON + CLAIM_MS)).toEqual({ kind: 'free' });
    expect(judged(done, false, NOON + CLAIM_MS, 'other')).toEqual({ kind: 'free' });
  });

  it.each<[string, KnownClaim, boolean, string]>([
    ['in_progress', { ...claim, state: 'in_progress' }, true, 'h'],
    ['outcome_unknown', { ...claim, state: 'in_progress' }, false, 'h'],
    ['answer_too_large', { ...claim, state: 'done_not_kept' }, false, 'h'],
    ['different_body', { ...claim, state: 'in_progress' }, true, 'other'],
    ['different_body', done, false, 'other'],
  ])('%s', (reason, known, isRunning, body) => {
    expect(judged(known, isRunning, NOON, body)).toEqual({ kind: 'conflict', reason });
  });

  it('ask about the request that has the key, not the one that wants it', () => {
    const running: string[] = [];
    judgeClaim(asked, { ...claim, state: 'in_progress' }, (id) => running.push(id) > 0, NOON);
    expect(running).toEqual(['req_1']);
  });

  it('give the answer that was kept', () => {
    expect(judged(done)).toEqual({ kind: 'replay', claim: done });
  });

  it('belong to a principal, and may be any text', () => {
    const ids = [claimIdOf('u', 'k'), claimIdOf('v', 'k'), claimIdOf('u', 'k/../x'), claimIdOf('u', '')];
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/);
  });
});
