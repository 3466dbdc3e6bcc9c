import { describe, expect, it } from 'vitest';
import { isMine, isOver, type JobFacts, judge, VIDEO_JOB_STATES } from './job.ts';
import { VIDEO_LIMITS } from './limits.ts';

const NOW = 1_000_000;
const job = (change: Partial<JobFacts> = {}): JobFacts => ({
  state: 'queued',
  attempt: 0,
  leaseUntil: null,
  deadline: NOW + 1,
  cancelRequested: false,
  settled: false,
  ...change,
});

describe('a job that is delivered', () => {
  it.each<[string, Partial<JobFacts>, object]>([
    ['is begun', {}, { kind: 'run', attempt: 1 }],
    [
      'is begun again once its worker is taken for dead',
      { state: 'running', attempt: 1, leaseUntil: NOW },
      { kind: 'run', attempt: 2 },
    ],
    [
      'is begun again where its worker gave it back',
      { state: 'running', attempt: 1, leaseUntil: null },
      { kind: 'run', attempt: 2 },
    ],
    [
      'waits while its worker lives',
      { state: 'running', attempt: 1, leaseUntil: NOW + 1 },
      { kind: 'leased', until: NOW + 1 },
    ],
    [
      'waits while its worker lives, though it is late',
      { state: 'running', attempt: 1, leaseUntil: NOW + 1, deadline: NOW },
      { kind: 'leased', until: NOW + 1 },
    ],
    [
      'ends where it was cancelled',
      { cancelRequested: true },
      { kind: 'end', state: 'cancelled', reason: 'cancelled' },
    ],
    ['ends where it is late', { deadline: NOW }, { kind: 'end', state: 'failed', reason: 'deadline' }],
    [
      'ends after its last attempt',
      { state: 'running', attempt: VIDEO_LIMITS.attempts, leaseUntil: NOW },
      { kind: 'end', state: 'failed', reason: 'attempts' },
    ],
    ['is settled where nobody did', { state: 'succeeded' }, { kind: 'settle' }],
    ['is left alone when all is done', { state: 'failed', settled: true }, { kind: 'nothing' }],
  ])('%s', (_, change, claim) => {
    expect(judge(job(change), NOW)).toEqual(claim);
  });
});

it('is over in three of five states', () => {
  expect(VIDEO_JOB_STATES.filter(isOver)).toEqual(['succeeded', 'failed', 'cancelled']);
});

it('is its worker’s until somebody begins it again or it ends', () => {
  expect(isMine({ state: 'running', attempt: 2 }, 2)).toBe(true);
  expect(isMine({ state: 'running', attempt: 3 }, 2)).toBe(false);
  expect(isMine({ state: 'cancelled', attempt: 2 }, 2)).toBe(false);
});
