import { once } from 'node:events';
import { request } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ledgerRef } from '../../src/store/ledger-document.ts';
import { startRawUpstream } from '../gateway/raw-upstream.ts';
import { eventsOf, send } from '../harness/request.ts';
import { sandboxRequests } from '../harness/sandbox.ts';
import { stack, startInstance } from '../harness/stack.ts';
import {
  type Caller,
  firestore,
  generate,
  modelOf,
  newCaller,
  openStream,
  ROUTES,
  type Route,
  recordOf,
  recordsOf,
  requestIdOf,
} from './support.ts';

const slow = (route: Route, rest: object = {}) => ({
  model: modelOf(route.provider),
  prompt: '[[sandbox: tokens=60 delay=30]]',
  maxTokens: 100,
  ...rest,
});
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.concurrent.each(ROUTES)('$provider by $route', (route) => {
  it('passes each delta on when it is there', async () => {
    const caller = await newCaller();
    // The provider stands still after a few: they can only arrive if nobody waits for more.
    const body = slow(route, { prompt: '[[sandbox: tokens=60 fault=hang afterEvents=12]]' });
    const response = await openStream(route, caller, body);
    let deltas = 0;
    for await (const { event } of eventsOf(response)) {
      if (event === 'delta') deltas += 1;
      if (deltas === 5) break;
    }
    expect(deltas).toBe(5);
    const [upstream] = await sandboxRequests(requestIdOf(response));
    expect(upstream).toMatchObject({ outcome: 'pending', fault: 'hang' });
  });

  it('tells the limits before the first delta', async () => {
    const caller = await newCaller();
    const response = await openStream(route, caller, slow(route));
    expect(response.headers.get('ratelimit')).toMatch(/^"tokens";r=\d+;t=\d+, /);
    expect(response.headers.get('x-ratelimit-limit')).toBe('1000000');
    await response.body?.cancel();
    await recordOf(requestIdOf(response));
  });

  it('has written its record before the stream ends', async () => {
    const caller = await newCaller();
    const response = await openStream(route, caller, slow(route, { prompt: 'Hello' }));
    for await (const { event } of eventsOf(response)) {
      if (event === 'done') expect(await recordsOf(caller.uid)).toHaveLength(1);
    }
    expect(await recordsOf(caller.uid)).toHaveLength(1);
  });
});

describe.concurrent.each(ROUTES)('a client that leaves: $provider by $route', (route) => {
  const expectCancelled = async (caller: Caller, requestId: string) => {
    const record = await recordOf(requestId, 8_000);
    expect(record).toMatchObject({
      status: 'cancelled',
      terminationReason: 'client_disconnected',
      // The provider was heard to its end, so that its own count is known.
      source: 'provider',
      outputTokens: 60,
      attempts: [{ status: 'cancelled' }],
    });
    expect(record.costNanoUsd).toBeGreaterThan(0);
    expect(await recordsOf(caller.uid)).toHaveLength(1);
    const [upstream, ...more] = await sandboxRequests(requestId);
    expect(more).toEqual([]);
    expect(upstream).toMatchObject({ outcome: 'completed' });
  };

  it('in the middle of a stream is recorded as such', async () => {
    const caller = await newCaller();
    const gone = new AbortController();
    const response = await openStream(route, caller, slow(route), { signal: gone.signal });
    const requestId = requestIdOf(response);
    const reading = (async () => {
      for await (const { event } of eventsOf(response)) if (event === 'delta') gone.abort();
    })();
    await expect(reading).rejects.toThrow();
    await expectCancelled(caller, requestId);
  });

  it('in the middle of a stream that it had asked for in chunks, too', async () => {
    const caller = await newCaller();
    const url = new URL(`${stack().url}${route.path}`);
    const requestId = await new Promise<string>((resolve, reject) => {
      const sent = request(
        url,
        {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${caller[route.token]}`,
            'Content-Type': 'application/json',
            'Transfer-Encoding': 'chunked',
          },
        },
        (response) => {
          response.once('data', () => {
            resolve(String(response.headers['x-request-id']));
            sent.destroy();
          });
          response.on('error', () => undefined);
        },
      ).on('error', reject);
      const body = JSON.stringify(slow(route, { stream: true }));
      sent.write(body.slice(0, 20));
      sent.end(body.slice(20));
    });
    await expectCancelled(caller, requestId);
  });

  it('before a whole answer has come is recorded as such', async () => {
    const caller = await newCaller();
    const gone = new AbortController();
    const body = slow(route, { prompt: '[[sandbox: tokens=60 delay=1000]]' });
    const sent = generate(route, caller, body, { signal: gone.signal });
    const left = expect(sent).rejects.toThrow();
    while (!(await isUnderWay(caller))) await sleep(20);
    gone.abort();
    await left;
    const until = Date.now() + 8_000;
    while ((await recordsOf(caller.uid)).length === 0 && Date.now() < until) await sleep(50);
    const [record] = await recordsOf(caller.uid);
    expect(record).toMatchObject({
      status: 'cancelled',
      terminationReason: 'client_disconnected',
      source: 'provider',
      outputTokens: 60,
    });
  });
});

/** Whether the ledger holds anything for a user. */
async function isUnderWay({ uid }: Caller): Promise<boolean> {
  const ledger = (await ledgerRef(firestore, uid).get()).data();
  return (ledger?.book?.heldTokens ?? 0) > 0;
}

describe('a client that stops reading', () => {
  it('does not hold its request beyond the deadline', async () => {
    // A provider that never ends, in pieces so large that no buffer on the way takes them for long.
    const upstream = await startRawUpstream();
    const piece = `data: {"id":"1","choices":[{"index":0,"delta":{"content":"${'x'.repeat(60_000)}"}}]}\n\n`;
    upstream.answer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      while (!response.closed) {
        if (response.write(piece)) await setImmediate();
        else await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
    });
    const instance = await startInstance({
      REQUEST_DEADLINE_SECONDS: '2',
      OPENAI_BASE_URL: `${upstream.url}/v1`,
      OPENAI_API_KEY: 'sk-upstream',
    });
    try {
      const caller = await newCaller();
      const body = { provider: 'openai', model: modelOf('openai'), prompt: 'Hello', stream: true };
      const response = await send('/api/api/v1/llm/generate', {
        token: caller.accessToken,
        body,
        url: instance.url,
      });
      const record = await recordOf(requestIdOf(response), 15_000);
      expect(record).toMatchObject({ source: 'held' });
      expect(record.status).not.toBe('ok');
      expect(await recordsOf(caller.uid)).toHaveLength(1);
      await upstream.last().closed;
      await response.body?.cancel();
    } finally {
      await instance.stop();
      await upstream.stop();
    }
  });
});
