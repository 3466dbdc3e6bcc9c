import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServeProcess } from '../../../tools/lib/serve-process.ts';
import { createSandbox, type Sandbox } from '../../../tools/sandbox/server.ts';
import { expectError } from '../auth/support.ts';
import { sandboxRequests } from '../harness/sandbox.ts';
import { startInstance } from '../harness/stack.ts';
import {
  type Caller,
  generate,
  modelOf,
  newCaller,
  plainModelOf,
  ROUTES,
  type Route,
  recordOf,
  recordsOf,
  requestIdOf,
  stream,
} from './support.ts';

// Most faults are asked for in the prompt and strike that request alone. What hangs wants a short deadline, and what is
// planned must meet nobody else: both happen at an instance and a sandbox of this file's own.
let sandbox: Sandbox;
let instance: ServeProcess;
beforeAll(async () => {
  sandbox = await createSandbox().start();
  instance = await startInstance({ FIREGATE_SANDBOX_URL: sandbox.url, REQUEST_DEADLINE_SECONDS: '2' });
});
afterAll(async () => {
  await instance.stop();
  await sandbox.stop();
});

const at = (fault: string) => (fault.startsWith('hang') ? { url: instance.url } : {});

/** What a fault becomes: the contract's error and the record that accounts for it. */
interface Becomes {
  status: number;
  code: string;
  reason: string;
  /** Whether the provider can't have worked, so that the call costs nothing. */
  free?: boolean;
  /** A stream had begun: the error is its last event, and it is not tried again. */
  midway?: boolean;
  /** Calls to the provider; absent: 3, or 1 midway. */
  attempts?: number;
  upstreamStatus?: number;
}

const SERVER = { status: 502, code: 'upstream_error', reason: 'upstream_error' };
const LATE = { status: 504, code: 'upstream_timeout', reason: 'deadline', attempts: 1 };
/** Far enough that the client has a part of the answer, at a pace at which a reset connection takes none of it along. */
const MIDWAY = 'afterEvents=14 delay=3 tokens=40';
type Fault = [name: string, directive: string, whole: Becomes | 'works', streamed: Becomes | 'works'];

const faultsOf = (provider: string): Fault[] => {
  const busy = provider === 'anthropic' ? 529 : 503;
  const refused = (upstreamStatus: number, attempts = 3): Becomes => ({
    ...SERVER,
    free: true,
    upstreamStatus,
    attempts,
  });
  const invalid: Becomes = { ...refused(400, 1), status: 422, code: 'unprocessable' };
  return [
    ['rate_limit', 'fault=rate_limit retryAfterSeconds=1', refused(429), refused(429)],
    // Longer than anybody should wait for.
    ['rate_limit for long', 'fault=rate_limit retryAfterSeconds=77', refused(429, 1), refused(429, 1)],
    ['server_error', 'fault=server_error', refused(500), refused(500)],
    ['overloaded', 'fault=overloaded', refused(busy), refused(busy)],
    ['status 400', 'fault=status status=400', invalid, invalid],
    [
      'status 409',
      'fault=status status=409',
      { ...invalid, upstreamStatus: 409, attempts: 3 },
      { ...invalid, upstreamStatus: 409, attempts: 3 },
    ],
    ['status 401', 'fault=status status=401', refused(401, 1), refused(401, 1)],
    ['status 404', 'fault=status status=404', refused(404, 1), refused(404, 1)],
    ['cut', `fault=cut ${MIDWAY}`, SERVER, { ...SERVER, midway: true }],
    ['cut at once', 'fault=cut afterEvents=0', SERVER, SERVER],
    ['malformed', `fault=malformed ${MIDWAY}`, SERVER, { ...SERVER, midway: true }],
    ['error_event', `fault=error_event ${MIDWAY}`, refused(500), { ...SERVER, midway: true }],
    ['slow', 'fault=slow delayMs=1 tokens=40', 'works', 'works'],
    ['hang', 'fault=hang', LATE, LATE],
    ['hang midway', 'fault=hang afterEvents=8', LATE, { ...LATE, midway: true }],
  ];
};

const retryAfter = (name: string) =>
  name === 'rate_limit' ? '1' : name === 'rate_limit for long' ? '77' : null;

const CASES = ROUTES.flatMap((route) =>
  faultsOf(route.provider).map((fault) => [route.route, route.provider, fault[0], route, fault] as const),
);
const bodyFor = (route: Route, directive: string, model = modelOf(route.provider)) => ({
  model,
  prompt: `Hello [[sandbox: ${directive}]]`,
  maxTokens: 200,
});

async function expectRecorded(requestId: string, caller: Caller, route: Route, becomes: Becomes | 'works') {
  const record = await recordOf(requestId);
  // Exactly one, at the provider's own count or from above, and never refunded where it may have worked.
  expect(await recordsOf(caller.uid)).toHaveLength(1);
  expect(record).toMatchObject({ provider: route.provider, route: route.route });
  if (becomes === 'works') {
    expect(record).toMatchObject({ status: 'ok', terminationReason: 'completed', source: 'provider' });
    return;
  }
  expect(record).toMatchObject({ status: 'error', terminationReason: becomes.reason, overrun: false });
  const attempts = becomes.attempts ?? (becomes.midway ? 1 : 3);
  expect(record.attempts).toHaveLength(attempts);
  for (const attempt of record.attempts) {
    expect(attempt).toMatchObject({ provider: route.provider, model: record.model, status: 'error' });
    expect(attempt.upstreamStatus).toBe(becomes.upstreamStatus);
  }
  if (becomes.free) {
    expect(record).toMatchObject({ source: 'provider', costNanoUsd: 0, inputTokens: 0, outputTokens: 0 });
  } else {
    expect(record.source).not.toBe('provider');
    expect(record.costNanoUsd).toBeGreaterThan(0);
    expect(record.costNanoUsd).toBeLessThanOrEqual(record.heldNanoUsd);
  }
  // Each is on record, and made by the gateway alone.
  const here = sandbox.recorder.list().filter((request) => request.requestId === requestId);
  expect([...here, ...(await sandboxRequests(requestId))]).toHaveLength(attempts);
}

describe('each fault of a provider ends in the contract’s error and one record', () => {
  it.concurrent.each(CASES)('%s to %s: %s, not streamed', async (_, __, name, route, fault) => {
    const caller = await newCaller();
    const [, directive, becomes] = fault;
    const startedAt = performance.now();
    const answer = await generate(route, caller, bodyFor(route, directive), at(name));
    if (becomes === 'works') expect(answer.status).toBe(200);
    else {
      const error = expectError(answer, becomes.status, becomes.code);
      expect(error.details).toEqual(
        becomes.upstreamStatus === undefined ? undefined : { upstreamStatus: becomes.upstreamStatus },
      );
      expect(answer.headers.get('retry-after')).toBe(retryAfter(name));
    }
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    await expectRecorded(requestIdOf(answer), caller, route, becomes);
  });

  it.concurrent.each(CASES)('%s to %s: %s, streamed', async (_, __, name, route, fault) => {
    const caller = await newCaller();
    const [, directive, , becomes] = fault;
    const answer = await stream(route, caller, bodyFor(route, directive), at(name));
    const requestId = requestIdOf(answer);
    if (becomes === 'works') expect(answer).toMatchObject({ status: 200, end: 'done' });
    else if (becomes.midway) {
      expect(answer).toMatchObject({ status: 200, end: 'error' });
      expect(answer.data).toEqual({
        error: { code: becomes.code, message: expect.stringMatching(/\S/), requestId },
      });
    } else {
      expect(answer).toMatchObject({
        status: becomes.status,
        data: { error: { code: becomes.code, requestId } },
      });
      expect(answer.headers.get('retry-after')).toBe(retryAfter(name));
    }
    await expectRecorded(requestId, caller, route, becomes);
  });
});

describe('what a provider says in its own words', () => {
  it.each(ROUTES)('goes nowhere: $provider by $route', async (route) => {
    const caller = await newCaller();
    const body = { error: { type: 'invalid_request_error', message: 'sk-secret-key and the whole prompt' } };
    for (const status of [400, 403, 500]) {
      sandbox.faults.add({
        provider: route.provider,
        kind: 'status',
        status,
        body,
        times: status === 500 ? 3 : 1,
      });
      const answer = await generate(route, caller, bodyFor(route, 'tokens=40'), { url: instance.url });
      expect(answer.status).toBeGreaterThanOrEqual(422);
      expect(answer.text).not.toMatch(/secret|prompt/);
    }
  });

  it.each(ROUTES)('that is no answer of its kind is a 502: $provider by $route', async (route) => {
    const caller = await newCaller();
    for (const body of [{}, [], 'no JSON at all', '']) {
      sandbox.faults.add({ provider: route.provider, kind: 'status', status: 200, body, times: 3 });
      const answer = await generate(route, caller, bodyFor(route, 'tokens=40'), { url: instance.url });
      expectError(answer, 502, 'upstream_error');
      expect((await recordOf(requestIdOf(answer))).source).toBe('held');
    }
  });
});

it.each(ROUTES.filter(({ provider }) => plainModelOf(provider)))(
  'a stream that breaks costs what was seen of it, from above: $provider by $route',
  async (route) => {
    const caller = await newCaller();
    const body = bodyFor(route, 'fault=cut afterEvents=20 delay=2 tokens=150', plainModelOf(route.provider));
    const answer = await stream(route, caller, body, { url: instance.url });
    expect(answer.end).toBe('error');
    expect(answer.deltas).toBeGreaterThan(0);
    const record = await recordOf(requestIdOf(answer));
    expect(record).toMatchObject({ source: 'estimated', terminationReason: 'upstream_error' });
    expect(record.outputTokens).toBeGreaterThanOrEqual(2 * answer.deltas);
    expect(record.outputTokens).toBeLessThanOrEqual(200);
    expect(record.costNanoUsd).toBeLessThan(record.heldNanoUsd);
  },
);

it('an upstream that is not there is a 502 that costs nothing', async () => {
  const gone = await createSandbox().start();
  const url = gone.url;
  await gone.stop();
  const lost = await startInstance({ FIREGATE_SANDBOX_URL: url });
  try {
    for (const route of ROUTES) {
      const caller = await newCaller();
      const answer = await generate(route, caller, bodyFor(route, 'tokens=40'), { url: lost.url });
      expectError(answer, 502, 'upstream_error');
      expect(await recordOf(requestIdOf(answer))).toMatchObject({ costNanoUsd: 0, status: 'error' });
      const streamed = await stream(route, caller, bodyFor(route, 'tokens=40'), { url: lost.url });
      expect(streamed).toMatchObject({ status: 502, data: { error: { code: 'upstream_error' } } });
    }
  } finally {
    await lost.stop();
  }
});
