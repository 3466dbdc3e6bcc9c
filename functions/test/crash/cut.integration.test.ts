import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServeProcess } from '../../../tools/lib/serve-process.ts';
import type { RecordedRequest } from '../../../tools/sandbox/recorder.ts';
import { createSandbox, type Sandbox } from '../../../tools/sandbox/server.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { reconcileLedger } from '../../src/services/ledger/reconcile.ts';
import type { UsageDocument } from '../../src/store/usage-metrics.ts';
import { stack, startInstance } from '../harness/stack.ts';
import { firestore, modelOf, plainModelOf, recordOf } from '../llm/support.ts';
import { type Principal, seedPrincipals } from './principals.ts';
import { ask, type Caller, type Ending } from './traffic.ts';

const DEADLINE_SECONDS = 5;
let sandbox: Sandbox;
let instance: ServeProcess;
/** One that gives up soon. */
let impatient: ServeProcess;
beforeAll(async () => {
  sandbox = await createSandbox().start();
  const env = { FIREGATE_SANDBOX_URL: sandbox.url };
  [instance, impatient] = await Promise.all([
    startInstance(env),
    startInstance({ ...env, REQUEST_DEADLINE_SECONDS: String(DEADLINE_SECONDS) }),
  ]);
});
afterAll(async () => {
  await Promise.all([instance.stop(), impatient.stop()]);
  await sandbox.stop();
});

/** Two in each event. */
const TOKENS = 12;
const prompt = (directives = '') => `[[sandbox: tokens=${TOKENS} ${directives}]]`;

/** Each provider by our own route and in its own format; a model that reasons, and one that does not where there is one. */
const WAYS = PROVIDERS.flatMap(({ id: provider }) =>
  [...new Set([plainModelOf(provider), modelOf(provider)])].flatMap((model) => {
    if (model === undefined) return [];
    const native = provider === 'openai' ? '/gateway/v1/chat/completions' : '/gateway/v1/messages';
    return [
      { provider, model, format: 'generate' as const, path: '/api/api/v1/llm/generate' },
      { provider, model, format: 'gateway' as const, path: native },
    ];
  }),
);

/** What came of a request, from all three sides. */
interface Outcome {
  at: number;
  ending: Ending;
  record: UsageDocument;
  /** Each call that reached the provider: where nothing was passed on yet, it is tried again. */
  upstream: RecordedRequest[];
}

describe.each(WAYS)('a stream of $model by $path', (way) => {
  let principal: Principal;
  let caller: Caller;
  /** Of an uncut stream: the events that the sandbox sends, and those that we do. */
  let events: number;
  let shown: number;
  beforeAll(async () => {
    [principal] = (await seedPrincipals(firestore, stack(), 1)) as [Principal];
    caller = { ...way, token: principal.key };
    const { ending, record, upstream } = await outcomeOf(
      0,
      ask(instance.url, caller, { prompt: prompt(), stream: true }),
    );
    expect(ending.end).toBe('done');
    expect(record).toMatchObject({
      outputTokens: TOKENS,
      source: 'provider',
      terminationReason: 'completed',
    });
    events = upstream[0]?.events ?? 0;
    shown = ending.text.split('\n\n').length - 1;
    expect(events).toBeGreaterThan(TOKENS / 2);
  });

  async function outcomeOf(at: number, asked: Promise<Ending>): Promise<Outcome> {
    const ending = await asked;
    const { requestId = '' } = ending;
    const record = await recordOf(requestId, 20_000);
    const upstream = sandbox.recorder.list().filter((each) => each.requestId === requestId);
    if (upstream.length === 0) throw new Error(`${requestId} never reached the sandbox`);
    expect({ at, calls: record.attempts.length }).toEqual({ at, calls: upstream.length });
    return { at, ending, record, upstream };
  }

  /** One request for each place at which it can break, all at once. */
  const everywhere = (last: number, each: (at: number) => Promise<Ending>): Promise<Outcome[]> =>
    Promise.all(Array.from({ length: last + 1 }, (_, at) => outcomeOf(at, each(at))));

  async function expectSound(outcomes: readonly Outcome[]): Promise<void> {
    for (const { at, record, ending } of outcomes) {
      expect({ at, cost: record.costNanoUsd > 0, bounded: record.costNanoUsd <= record.heldNanoUsd }).toEqual(
        {
          at,
          cost: true,
          bounded: true,
        },
      );
      expect(record).toMatchObject({ settlement: 'reported', overrun: false });
      // Nothing that was seen is left out.
      const tokensSeen = 2 * (ending.text.match(/^event: delta$/gm)?.length ?? 0);
      expect(record.outputTokens).toBeGreaterThanOrEqual(record.source === 'provider' ? TOKENS : tokensSeen);
      if (record.source === 'held') expect(record.costNanoUsd).toBe(record.heldNanoUsd);
    }
    for (const id of [principal.uid, principal.keyId]) {
      const { holds, differences, heldAndRecorded } = await reconcileLedger(firestore, id);
      expect({ holds, differences, heldAndRecorded }).toEqual({
        holds: 0,
        differences: [],
        heldAndRecorded: [],
      });
    }
  }

  /**
   * The answer’s last event is one of ours or of the format: never silence. What was whole in time is complete. Before
   * the answer begins it is an HTTP status.
   */
  function expectEnded({ at, ending, record }: Outcome, reason: string, status: number): void {
    if (at > events / 2) expect({ at, status: ending.status }).toEqual({ at, status: 200 });
    else expect([200, status]).toContain(ending.status);
    const isWhole = record.terminationReason === 'completed';
    expect({ at, end: ending.end, reason: record.terminationReason, status: record.status }).toEqual({
      at,
      end: isWhole ? 'done' : 'error',
      reason: isWhole ? 'completed' : reason,
      status: isWhole ? 'ok' : 'error',
    });
    // The last three events say how it ended and what it took; before them nothing is complete.
    if (at < events - 3) expect({ at, isWhole }).toEqual({ at, isWhole: false });
  }

  it('that the provider cuts after any event is paid, once', async () => {
    const outcomes = await everywhere(events + 1, (at) =>
      ask(instance.url, caller, { prompt: prompt(`delay=3 fault=cut afterEvents=${at}`), stream: true }),
    );
    for (const outcome of outcomes) {
      for (const call of outcome.upstream) {
        expect(call).toMatchObject({ outcome: 'cut', events: Math.min(outcome.at, events) });
      }
      expectEnded(outcome, 'upstream_error', 502);
      expect(outcome.upstream).toHaveLength(outcome.ending.status === 200 ? 1 : 3);
    }
    await expectSound(outcomes);
  });

  it('that stands still after any event ends with its deadline, and is paid, once', async () => {
    const started = Date.now();
    const outcomes = await everywhere(events + 1, (at) =>
      ask(impatient.url, caller, { prompt: prompt(`fault=hang afterEvents=${at}`), stream: true }),
    );
    expect(Date.now() - started).toBeLessThan((DEADLINE_SECONDS + 10) * 1_000);
    for (const outcome of outcomes) expectEnded(outcome, 'deadline', 504);
    await expectSound(outcomes);
  });

  it('whose client leaves after any event is heard to its end, and is paid, once', async () => {
    const outcomes = await everywhere(shown, (leaveAfter) =>
      ask(instance.url, caller, { prompt: prompt('delay=300'), stream: true, leaveAfter }),
    );
    for (const { at, record, upstream } of outcomes) {
      expect(upstream).toMatchObject([{ outcome: 'completed', events }]);
      expect(record).toMatchObject({ source: 'provider', outputTokens: TOKENS });
      const left = record.terminationReason === 'client_disconnected';
      expect({ at, status: record.status, reason: record.terminationReason }).toEqual({
        at,
        status: left ? 'cancelled' : 'ok',
        reason: left ? 'client_disconnected' : 'completed',
      });
      // Who leaves before the last words has left.
      if (at < TOKENS / 2 - 2) expect({ at, left }).toEqual({ at, left: true });
    }
    await expectSound(outcomes);
  });
});
