import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../providers/contract.ts';
import { Breakers, isBreakdown } from './breakers.ts';

const MODEL = 'openai/gpt-test';

function setUp(failures = 3) {
  const clock = { at: 0 };
  const breakers = new Breakers({ failures, now: () => clock.at, random: () => 1 });
  const run = (outcome: 'ok' | 'failed' | 'none', model = MODEL): boolean => {
    const pass = breakers.enter(model);
    pass?.end(outcome);
    return pass !== undefined;
  };
  const runAll = (...outcomes: ('ok' | 'failed' | 'none')[]) => outcomes.map((outcome) => run(outcome));
  return { clock, breakers, run, runAll };
}

describe('a circuit', () => {
  it('opens when calls fail in a row', () => {
    const { runAll } = setUp();
    expect(runAll('failed', 'failed', 'ok', 'failed', 'failed', 'none')).not.toContain(false);
    expect(runAll('failed', 'ok')).toEqual([true, false]);
  });

  it('is each model’s own', () => {
    const { run, runAll } = setUp();
    runAll('failed', 'failed', 'failed');
    expect(run('ok')).toBe(false);
    expect(run('ok', 'openai/gpt-other')).toBe(true);
  });

  it('lets one call at a time try, and closes when that goes well', () => {
    const { clock, breakers, runAll } = setUp();
    runAll('failed', 'failed', 'failed');
    clock.at = 1_999;
    expect(breakers.enter(MODEL)).toBeUndefined();
    expect(breakers.retryAfterSeconds(MODEL)).toBe(1);
    clock.at = 2_000;
    const trial = breakers.enter(MODEL);
    expect(trial).toBeDefined();
    expect(breakers.enter(MODEL)).toBeUndefined();
    trial?.end('ok');
    expect(runAll('failed', 'failed', 'ok')).toEqual([true, true, true]);
  });

  it('opens for twice as long each time that a trial fails, up to a minute', () => {
    const { clock, breakers, runAll, run } = setUp();
    runAll('failed', 'failed', 'failed');
    for (const seconds of [2, 4, 8, 16, 32, 60, 60]) {
      expect(breakers.retryAfterSeconds(MODEL)).toBe(seconds);
      clock.at += seconds * 1_000;
      expect(run('failed')).toBe(true);
      expect(run('ok')).toBe(false);
    }
  });

  it('lets the next one try where a trial came to nothing', () => {
    const { clock, run, runAll } = setUp();
    runAll('failed', 'failed', 'failed');
    clock.at = 2_000;
    expect(run('none')).toBe(true);
    expect(run('ok')).toBe(true);
  });

  it('closes when the answer to a trial begins, not when it ends', () => {
    const { clock, breakers, run, runAll } = setUp();
    runAll('failed', 'failed', 'failed');
    clock.at = 2_000;
    const trial = breakers.enter(MODEL);
    expect(run('ok')).toBe(false);
    trial?.works();
    expect(run('none')).toBe(true);
    // What breaks off later is a failure like any other.
    trial?.end('failed');
    expect(runAll('failed', 'failed', 'ok')).toEqual([true, true, false]);
  });

  it('waits for a trial that tells nothing no longer than ten seconds', () => {
    const { clock, breakers, run, runAll } = setUp();
    runAll('failed', 'failed', 'failed');
    clock.at = 2_000;
    const silent = breakers.enter(MODEL);
    clock.at = 11_999;
    expect(run('ok')).toBe(false);
    clock.at = 12_000;
    expect(run('failed')).toBe(true);
    // It is no news any more, whatever it says: only a new trial is.
    silent?.end('ok');
    expect(run('ok')).toBe(false);
    clock.at = 16_000;
    expect(run('ok')).toBe(true);
  });

  it.each(['failed', 'ok'] as const)('learns nothing from what was under way when it opened: %s', (late) => {
    const { clock, breakers, run } = setUp();
    const passes = Array.from({ length: 9 }, () => breakers.enter(MODEL));
    for (const [i, pass] of passes.entries()) pass?.end(i < 3 ? 'failed' : late);
    expect(breakers.retryAfterSeconds(MODEL)).toBe(2);
    expect(run('ok')).toBe(false);
    clock.at = 2_000;
    expect(run('ok')).toBe(true);
  });

  it('counts no answer that only begins as one that went well', () => {
    const { breakers, runAll } = setUp();
    runAll('failed', 'failed');
    const pass = breakers.enter(MODEL);
    pass?.works();
    pass?.end('failed');
    expect(runAll('ok')).toEqual([false]);
  });

  it('counts a call once', () => {
    const { breakers, run } = setUp(2);
    const pass = breakers.enter(MODEL);
    pass?.end('failed');
    pass?.end('failed');
    expect(run('ok')).toBe(true);
  });

  it('never opens where that is switched off', () => {
    const { runAll } = setUp(0);
    expect(runAll(...Array<'failed'>(200).fill('failed'))).not.toContain(false);
  });
});

it('a provider that does not work is told from one that refuses', () => {
  const error = (...[kind, status]: [UpstreamError['kind'], number?]) =>
    isBreakdown(new UpstreamError(kind, 'failed', { status }));
  expect([
    error('server_error', 500),
    error('overloaded', 529),
    error('timeout', 408),
    error('timeout'),
    error('connection'),
    error('overloaded'),
  ]).not.toContain(false);
  expect([
    error('rate_limited', 429),
    error('rate_limited'),
    error('unauthenticated', 401),
    error('not_found', 404),
    error('invalid_request', 400),
    error('malformed'),
  ]).not.toContain(true);
});
