import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../tools/sandbox/server.ts';
import {
  type ChatResult,
  type Provider,
  UpstreamError,
  type UpstreamErrorKind,
} from '../../src/providers/contract.ts';
import { foldStream } from '../../src/providers/fold.ts';
import { createProvider, PROVIDERS } from '../../src/providers/registry.ts';
import { ask, CONNECT, context, firstModel, startSandbox, until } from './harness.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());
beforeEach(() => {
  sandbox.recorder.clear();
  sandbox.faults.clear();
});

async function failureOf(result: Promise<ChatResult>): Promise<UpstreamError> {
  const thrown = await result.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );
  if (!(thrown instanceof UpstreamError)) throw new Error('Not an UpstreamError', { cause: thrown });
  return thrown;
}

interface Expected {
  kind: UpstreamErrorKind;
  status?: number;
  retryAfterSeconds?: number;
}

describe.each(CONNECT)('$id', ({ id, models, connect }) => {
  const model = firstModel(models);
  let provider: Provider;
  beforeAll(() => {
    provider = connect(sandbox);
  });

  const overloadedStatus = id === 'anthropic' ? 529 : 503;
  const cases: [string, Record<string, unknown>, Expected | undefined, Expected | undefined][] = [
    // fault, its parameters, unstreamed, streamed; undefined: it works all the same
    [
      'rate_limit',
      { retryAfterSeconds: 7 },
      { kind: 'rate_limited', status: 429, retryAfterSeconds: 7 },
      { kind: 'rate_limited', status: 429, retryAfterSeconds: 7 },
    ],
    ['server_error', {}, { kind: 'server_error', status: 500 }, { kind: 'server_error', status: 500 }],
    [
      'overloaded',
      {},
      { kind: 'overloaded', status: overloadedStatus },
      { kind: 'overloaded', status: overloadedStatus },
    ],
    ['cut', {}, { kind: 'connection' }, { kind: 'connection' }],
    ['malformed', {}, { kind: 'malformed' }, { kind: 'malformed' }],
    ['slow', { delayMs: 1 }, undefined, undefined],
    [
      'status',
      { status: 401, body: { error: { type: 'authentication_error' } } },
      { kind: 'unauthenticated', status: 401 },
      { kind: 'unauthenticated', status: 401 },
    ],
    [
      'status',
      { status: 502, body: 'no JSON at all' },
      { kind: 'server_error', status: 502 },
      { kind: 'server_error', status: 502 },
    ],
    ['status', { status: 200, body: {} }, { kind: 'malformed' }, { kind: 'malformed' }],
  ];

  describe.each(cases)('%s %j', (kind, parameters, unstreamed, streamed) => {
    it.each([
      ['not streamed', unstreamed, (at: Provider) => at.generate(ask(model, 'Hello'), context())],
      ['streamed', streamed, (at: Provider) => foldStream(at.stream(ask(model, 'Hello'), context()))],
    ])('%s, in one call', async (_, expected, run) => {
      sandbox.faults.add({ provider: id, kind, ...parameters });
      if (expected === undefined) expect(await run(provider)).toMatchObject({ finishReason: 'stop' });
      else expect(await failureOf(run(provider))).toMatchObject({ ...expected, sent: true });
      expect(sandbox.recorder.list()).toHaveLength(1);
    });
  });

  it('an error event in the middle of a stream', async () => {
    sandbox.faults.add({ provider: id, kind: 'error_event', afterEvents: 5 });
    const error = await failureOf(foldStream(provider.stream(ask(model, 'Hello'), context())));
    expect(['overloaded', 'server_error']).toContain(error.kind);
    expect(error.status).toBeUndefined();
    expect(sandbox.recorder.list()).toHaveLength(1);
  });

  it.each([0, 1, 5])('a stream cut after %i events', async (afterEvents) => {
    sandbox.faults.add({ provider: id, kind: 'cut', afterEvents });
    const error = await failureOf(foldStream(provider.stream(ask(model, 'Hello'), context())));
    expect(error.kind).toBe('connection');
  });

  it('a model that the provider does not know', async () => {
    const unknown = { ...model, id: 'unknown-model' };
    const error = await failureOf(provider.generate(ask(unknown, 'Hello'), context()));
    expect(error).toMatchObject({ kind: 'not_found', status: 404 });
    // Google's refusals have no id.
    const named = id === 'gemini' ? undefined : sandbox.recorder.list()[0]?.upstreamRequestId;
    expect(error.upstreamRequestId).toBe(named);
  });

  it('a request that the provider refuses', async () => {
    const error = await failureOf(provider.generate(ask(model, 'Hello', { messages: [] }), context()));
    expect(error).toMatchObject({ kind: 'invalid_request', status: 400 });
  });

  it.each(['generate', 'stream'] as const)('a %s that hangs ends with our signal', async (how) => {
    sandbox.faults.add({ provider: id, kind: 'hang' });
    const controller = new AbortController();
    const call = context(controller.signal);
    const running = failureOf(
      how === 'generate'
        ? provider.generate(ask(model, 'Hello'), call)
        : foldStream(provider.stream(ask(model, 'Hello'), call)),
    );
    await until(() => sandbox.recorder.list().length === 1);
    controller.abort(new Error('the deadline'));
    expect(await running).toMatchObject({ kind: 'aborted', sent: true });
    await until(() => sandbox.recorder.list()[0]?.outcome === 'client_disconnected');
  });

  it('a stream that hangs half way ends with our signal, after what had come', async () => {
    sandbox.faults.add({ provider: id, kind: 'hang', afterEvents: 8 });
    const controller = new AbortController();
    let text = '';
    const running = (async () => {
      for await (const event of provider.stream(ask(model, 'Hello'), context(controller.signal))) {
        if (event.type === 'text') text += event.text;
      }
    })();
    await until(() => text !== '');
    controller.abort();
    await expect(running).rejects.toMatchObject({ kind: 'aborted' });
    await until(() => sandbox.recorder.list()[0]?.outcome === 'client_disconnected');
  });

  it('a stream whose reader leaves ends the call', async () => {
    for await (const event of provider.stream(ask(model, '[[sandbox: tokens=900 delay=5]]'), context())) {
      if (event.type === 'text') break;
    }
    await until(() => sandbox.recorder.list()[0]?.outcome === 'client_disconnected');
  });

  it('an abort before the call sends nothing', async () => {
    const aborted = context(AbortSignal.abort());
    for (const run of [
      provider.generate(ask(model, 'Hello'), aborted),
      foldStream(provider.stream(ask(model, 'Hello'), aborted)),
    ]) {
      expect(await failureOf(run)).toMatchObject({ kind: 'aborted', sent: false });
    }
    expect(sandbox.recorder.list()).toEqual([]);
  });
});

it('Anthropic reports the input before a stream fails, and a folded one keeps it', async () => {
  const anthropic = CONNECT.find(({ id }) => id === 'anthropic');
  if (anthropic === undefined) throw new Error('not enabled');
  const provider = anthropic.connect(sandbox);
  sandbox.faults.add({ kind: 'cut', afterEvents: 7 });
  // Streamed underneath, for its length; slowly, for a cut discards what has not been read.
  const prompt = '[[sandbox: input=777 delay=20]]';
  const request = ask(firstModel(anthropic.models), prompt, { maxTokens: 20_000 });
  const error = await failureOf(provider.generate(request, context()));
  expect(error).toMatchObject({ kind: 'connection', partialUsage: { inputTokens: 777 } });
});

it.each(PROVIDERS)('$id: an upstream that is not there was sent nothing', async (definition) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const baseUrl = `http://127.0.0.1:${port}`;
  const gone = createProvider(definition.id, { apiKey: 'k', baseUrl, sandbox: false });
  const error = await failureOf(gone.generate(ask(firstModel(definition.models), 'Hello'), context()));
  expect(error).toMatchObject({ kind: 'connection', sent: false });
});
