import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Bench, sendAsk, startBench } from './support.ts';

const [GPT, CLAUDE] = ['gpt-4.1-mini', 'claude-haiku-4-5'];
const FAILURES = 3;

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ CIRCUIT_BREAKER_FAILURES: String(FAILURES), UPSTREAM_ATTEMPTS: '3' });
});
afterAll(() => bench.stop());

const callsTo = (model: string) =>
  bench.sandbox.recorder.list().filter(({ body }) => (body as { model?: string }).model === model).length;

describe('a model that has failed too often', () => {
  it('is left alone, told in each format, and tried again by one request', async () => {
    bench.plan(GPT, { kind: 'server_error', times: -1 });
    const failed = await ask(bench, { route: 'chat/completions', model: GPT });
    expect(failed).toMatchObject({ status: 500, calls: [{}, {}, {}] });
    const before = callsTo(GPT);

    for (const [route, shape] of [
      ['llm/generate', { error: { code: 'unavailable' } }],
      ['chat/completions', { error: { code: 'unavailable', type: 'server_error' } }],
      ['messages', { type: 'error', error: { type: 'overloaded_error' } }],
    ] as const) {
      const refused = await sendAsk(bench, { route, model: GPT });
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(await refused.json()).toMatchObject(shape);
    }
    expect(callsTo(GPT)).toBe(before);

    // Where there is another model it answers, and the skipped one is no attempt.
    const other = await ask(bench, { route: 'llm/generate', models: [GPT, CLAUDE] });
    expect(other.record).toMatchObject({ provider: 'anthropic', status: 'ok' });
    expect(other.record.attempts).toHaveLength(1);
    expect(JSON.parse(other.text)).toMatchObject({
      provider: 'anthropic',
      warnings: [`openai/${GPT} could not answer; anthropic/${CLAUDE} did.`],
    });
    expect(callsTo(GPT)).toBe(before);

    // Half a minute at most after two openings; the first is of two seconds.
    await sleep(2_100);
    bench.sandbox.faults.clear();
    bench.plan(GPT, { kind: 'slow', delayMs: 20, times: 1 });
    const trials = await Promise.all(
      Array.from({ length: 5 }, () => sendAsk(bench, { route: 'chat/completions', model: GPT })),
    );
    expect(trials.map(({ status }) => status).sort()).toEqual([200, 503, 503, 503, 503]);
    expect(callsTo(GPT)).toBe(before + 1);
    await Promise.all(trials.map((response) => response.text()));
    const well = await ask(bench, { route: 'chat/completions', model: GPT });
    expect(well.status).toBe(200);
  });

  it('is not one that refuses requests, however many', async () => {
    bench.plan(CLAUDE, { kind: 'rate_limit', retryAfterSeconds: 99, times: 6 });
    for (let i = 0; i < 6; i++) {
      expect((await sendAsk(bench, { route: 'messages', model: CLAUDE })).status).toBe(429);
    }
    bench.plan(CLAUDE, { kind: 'status', status: 400, times: 6 });
    for (let i = 0; i < 6; i++) {
      expect((await sendAsk(bench, { route: 'messages', model: CLAUDE })).status).toBe(400);
    }
    expect((await sendAsk(bench, { route: 'messages', model: CLAUDE })).status).toBe(200);
  });
});
