import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reconcileLedger } from '../../src/services/ledger/reconcile.ts';
import type { UsageDocument } from '../../src/store/usage-metrics.ts';
import { firestore } from '../llm/support.ts';
import { type Ask, ask, type Bench, expectCounted, type Route, startBench } from './support.ts';

// Each fault of a provider, on each way to a model, whole and streamed: once, so that the same model answers then; and
// for good, so that the next one of the list does. The answer is the right one, and nothing is paid twice.

let bench: Bench;
/** What the same request takes where nothing goes wrong. */
const calm = new Map<string, UsageDocument>();
beforeAll(async () => {
  bench = await startBench({ UPSTREAM_ATTEMPTS: '2' });
});
afterAll(async () => {
  const { uid, keyId } = bench.principal;
  for (const id of [uid, keyId]) {
    const { holds, differences, heldAndRecorded } = await reconcileLedger(firestore, id);
    expect({ id, holds, differences, heldAndRecorded }).toEqual({
      id,
      holds: 0,
      differences: [],
      heldAndRecorded: [],
    });
  }
  await bench.stop();
});

const MODELS = {
  openai: 'gpt-4.1-mini',
  anthropic: 'claude-haiku-4-5',
  gemini: 'gemini-3.5-flash',
} as const;
type Provider = keyof typeof MODELS;
/** Where it goes when its own model fails for good: to another provider's. */
const OTHER: Record<Provider, Provider> = { openai: 'anthropic', anthropic: 'openai', gemini: 'openai' };

const WAYS: [Route, Provider][] = [
  ['llm/generate', 'openai'],
  ['llm/generate', 'anthropic'],
  ['llm/generate', 'gemini'],
  ['chat/completions', 'openai'],
  ['chat/completions', 'anthropic'],
  ['chat/completions', 'gemini'],
  ['messages', 'anthropic'],
  ['messages', 'openai'],
];
const NATIVE: Partial<Record<Route, Provider>> = { 'chat/completions': 'openai', messages: 'anthropic' };

type Planned = Parameters<Bench['plan']>[1];
/** `isLost`: it may have worked on it, so the attempt is paid for; otherwise it refused, and it isn't. */
const FAULTS: { fault: Planned; isLost: (stream: boolean) => boolean }[] = [
  { fault: { kind: 'rate_limit', retryAfterSeconds: 0 }, isLost: () => false },
  { fault: { kind: 'server_error' }, isLost: () => false },
  { fault: { kind: 'overloaded' }, isLost: () => false },
  { fault: { kind: 'status', status: 408 }, isLost: () => false },
  { fault: { kind: 'status', status: 409 }, isLost: () => false },
  { fault: { kind: 'cut', afterEvents: 0 }, isLost: () => true },
  { fault: { kind: 'malformed', afterEvents: 0 }, isLost: () => true },
  { fault: { kind: 'error_event', afterEvents: 0 }, isLost: (stream) => stream },
];

const CASES = FAULTS.flatMap(({ fault, isLost }) =>
  WAYS.flatMap(([route, provider]) =>
    [false, true].map((stream) => ({
      name: `${fault.kind} ${fault.status ?? ''}`,
      fault,
      route,
      provider,
      stream,
      isLost: isLost(stream),
    })),
  ),
);

async function calmly(asked: Ask): Promise<UsageDocument> {
  const key = JSON.stringify(asked);
  const known = calm.get(key) ?? (await ask(bench, asked)).record;
  calm.set(key, known);
  return known;
}

function expectWhole(text: string, { route, stream }: Pick<Ask, 'route' | 'stream'>): void {
  const end = { 'llm/generate': 'event: done', 'chat/completions': 'data: [DONE]', messages: 'message_stop' };
  if (stream) expect(text).toContain(end[route as keyof typeof end]);
  else expect(JSON.parse(text)).toMatchObject({ model: expect.any(String) });
  expect(text).not.toMatch(/"error"/);
}

describe.each(CASES)(
  '$name of $provider on $route, streamed: $stream',
  ({ fault, route, provider, stream, isLost }) => {
    const model = MODELS[provider];
    // An event that is not JSON goes to a client of the provider's own format as it came: nothing has failed.
    const isPassed = fault.kind === 'malformed' && stream && NATIVE[route] === provider;

    it('once: the same model answers, and what was refused costs nothing', async () => {
      const asked = { route, model, stream };
      const without = await calmly(asked);
      bench.plan(model, fault);
      const result = await ask(bench, asked);
      expect(result.status).toBe(200);
      const attempts = isPassed ? 1 : 2;
      expect(result.calls).toHaveLength(attempts);
      expectCounted(result);
      if (!isPassed) expectWhole(result.text, asked);
      const { record } = result;
      expect(record).toMatchObject({ provider, model, status: 'ok', terminationReason: 'completed' });
      expect(record.attempts.map(({ status }) => status)).toEqual(isPassed ? ['ok'] : ['error', 'ok']);
      if (isLost && !isPassed) {
        // The lost attempt at its bound, the other as reported.
        expect(record).toMatchObject({
          source: 'estimated',
          heldNanoUsd: 2 * without.heldNanoUsd,
          costNanoUsd: without.heldNanoUsd + without.costNanoUsd,
        });
      } else {
        const { heldNanoUsd, costNanoUsd } = without;
        expect(record).toMatchObject({ source: 'provider', heldNanoUsd, costNanoUsd });
      }
      if (route !== 'llm/generate') {
        expect(result.headers.get('x-firegate-attempts')).toBe(String(attempts));
        expect(result.headers.get('x-firegate-model')).toBe(`${provider}/${model}`);
      }
    });

    it('for good: the next model answers', async () => {
      if (isPassed) return;
      const other = OTHER[provider];
      const next = MODELS[other];
      const without = await calmly({ route, model: next, stream });
      bench.plan(model, { ...fault, times: 2 });
      const result = await ask(bench, { route, models: [model, next], stream });
      expect(result.status).toBe(200);
      expect(result.calls.map(({ provider }) => provider)).toEqual([provider, provider, other]);
      expectCounted(result);
      expectWhole(result.text, { route, stream });
      const { record } = result;
      expect(record).toMatchObject({ provider: other, model: next, status: 'ok' });
      if (isLost) {
        expect(record.source).toBe('estimated');
        expect(record.costNanoUsd).toBeGreaterThan(without.costNanoUsd);
      } else {
        expect(record).toMatchObject({ source: 'provider', costNanoUsd: without.costNanoUsd });
      }
      if (route === 'llm/generate') {
        expect(result.text).toContain('"attempts":3');
        expect(result.text).toContain(`${provider}/${model} could not answer; ${other}/${next} did.`);
      } else {
        expect(result.headers.get('x-firegate-attempts')).toBe('3');
        expect(result.headers.get('x-firegate-model')).toBe(`${other}/${next}`);
      }
      // What the providers were sent names their own model alone.
      for (const call of result.calls) expect([model, next]).toContain(call.model);
    });
  },
);
