import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Firestore, Timestamp } from '@google-cloud/firestore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import { NO_USAGE } from '../../domain/usage.ts';
import type { CallContext, ChatEvent, ChatRequest, ChatResult, Provider } from '../../providers/contract.ts';
import { UpstreamError } from '../../providers/contract.ts';
import { priceOf } from '../../providers/prices.ts';
import { PROVIDERS } from '../../providers/registry.ts';
import { type UsageDocument, usageRef } from '../../store/usage-metrics.ts';
import { userRef } from '../../store/users.ts';
import { memoryLog } from '../../test-support.ts';
import { createLedger, type FirestoreLedger } from '../ledger/create-ledger.ts';
import { createMetrics } from '../metrics.ts';
import { Breakers } from './breakers.ts';
import { generateOnce } from './generate-once.ts';
import { openStream, type Sink } from './generate-stream.ts';
import { type AnswerDeps, Journey } from './journey.ts';
import { prepareCall } from './prepare-call.ts';

// What no sandbox does: providers, written by hand, that do what they must not, and readers that give up. The ledger
// and its database are the real ones.

const firestore = new Firestore({ projectId: 'demo-streams', ignoreUndefinedProperties: true });
let ledger: FirestoreLedger;
const MODEL = 'gpt-4o-mini';
let principal: Principal;

beforeAll(async () => {
  ledger = createLedger({ firestore: () => firestore });
  principal = {
    kind: 'clientToken',
    uid: `user_${randomUUID()}`,
    authTime: 1,
    providers: undefined,
    models: undefined,
    maxOutputTokens: undefined,
  };
  const at = Timestamp.now();
  await userRef(firestore, principal.uid).set({
    email: null,
    displayName: null,
    tier: 'team',
    overrides: null,
    isActive: true,
    isVerified: false,
    validSince: 0,
    createdAt: at,
    updatedAt: at,
  });
});
afterAll(() => firestore.terminate());

type Script = (context: CallContext) => AsyncIterable<ChatEvent>;
type Answering = (context: CallContext) => Promise<ChatResult>;

const definition = PROVIDERS.find(({ id }) => id === 'openai');
if (!definition) throw new Error('openai is not enabled');
/** OpenAI’s adapter with another way to the provider. */
function providerOf(
  script: Script,
  answering: Answering = () => Promise.reject(new Error('unused')),
): Provider {
  const real = definition?.connect({ apiKey: 'k', baseUrl: 'http://127.0.0.1:1', sandbox: true });
  if (!real) throw new Error('openai is not enabled');
  return {
    ...real,
    stream: (_: ChatRequest, context) => script(context),
    generate: (_: ChatRequest, context) => answering(context),
  };
}

interface Options {
  deadlineMs?: number;
  models?: string[];
  ledger?: Partial<FirestoreLedger>;
  breakers?: Breakers;
  now?: () => number;
  priceOf?: typeof priceOf;
}

async function prepare(provider: Provider, options: Options = {}) {
  const { deadlineMs = 20_000, models = [MODEL], now = Date.now } = options;
  const log = memoryLog();
  const requestId = `req_${randomUUID()}`;
  const deps: AnswerDeps = {
    providers: { list: () => [], get: () => provider, priceOf: options.priceOf ?? priceOf },
    ledger: { ...ledger, ...options.ledger },
    now,
    config: {
      requestDeadlineMs: deadlineMs,
      modelAliases: new Map(),
      upstreamAttempts: 3,
    },
    breakers: options.breakers ?? new Breakers({ failures: 0, now, random: Math.random }),
    log,
    metrics: createMetrics(),
  };
  const caller = { requestId, principal, route: 'test' };
  const call = await prepareCall(deps, caller, { models, prompt: 'Hello', maxTokens: 100 });
  const record = async (): Promise<UsageDocument | undefined> =>
    (await usageRef(firestore, requestId).get()).data();
  const journey = (gone: AbortSignal) => new Journey(deps, call, gone);
  return { call, journey, record, log };
}

const usage = { ...NO_USAGE, inputTokens: 10, outputTokens: 6 };
const never = new AbortController().signal;
const text = (words: string): ChatEvent => ({ type: 'text', text: words });

/** A stream that goes well, with a pause before each part. */
const good = (pauseMs = 0): Script =>
  async function* ({ signal }) {
    yield { type: 'start', upstreamRequestId: 'up_1' };
    for (const word of ['one ', 'two ', 'three']) {
      if (pauseMs > 0) {
        await sleep(pauseMs, undefined, { signal }).catch(() => {
          throw new UpstreamError('aborted', 'aborted');
        });
      }
      yield text(word);
    }
    yield { type: 'usage', usage, complete: true };
    yield { type: 'finish', finishReason: 'stop' };
  };

/** A reader that keeps what it gets. */
function reader(
  delta: (words: string) => Promise<unknown> = async () => undefined,
): Sink & { got: string[] } {
  const got: string[] = [];
  return {
    got,
    delta: (words) => {
      got.push(words);
      return delta(words);
    },
  };
}

async function thrownBy(promise: Promise<unknown>): Promise<GatewayError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof GatewayError)) throw new Error(`Not an error that a caller may see: ${thrown}`);
  return thrown;
}

describe('a stream', () => {
  it('is passed on part by part, and accounted for before its end is told', async () => {
    const { journey, record } = await prepare(providerOf(good()));
    const sink = reader();
    const answer = await (await openStream(journey(never))).pump(sink);
    expect(sink.got).toEqual(['one ', 'two ', 'three']);
    expect(answer).toMatchObject({ content: 'one two three', finishReason: 'stop', usage });
    expect(await record()).toMatchObject({ status: 'ok', source: 'provider', outputTokens: 6 });
  });

  it('waits for a reader that is slow', async () => {
    const { journey } = await prepare(providerOf(good()));
    let reading = 0;
    let most = 0;
    const sink = reader(async () => {
      most = Math.max(most, ++reading);
      await sleep(20);
      reading -= 1;
    });
    await (await openStream(journey(never))).pump(sink);
    expect(most).toBe(1);
    expect(sink.got).toHaveLength(3);
  });

  it('whose reader fails is read to its end for its usage, as if the client had left', async () => {
    const { journey, record } = await prepare(providerOf(good(5)));
    const sink = reader(() => Promise.reject(new Error('EPIPE')));
    await (await openStream(journey(never))).pump(sink);
    expect(sink.got).toEqual(['one ']);
    expect(await record()).toMatchObject({
      status: 'cancelled',
      terminationReason: 'client_disconnected',
      source: 'provider',
      outputTokens: 6,
    });
  });

  it('whose reader takes nothing ends by its deadline', async () => {
    const { journey, record } = await prepare(providerOf(good(5)), { deadlineMs: 300 });
    const sink = reader(() => new Promise(() => undefined));
    const error = await thrownBy((await openStream(journey(never))).pump(sink));
    expect(error.code).toBe('upstream_timeout');
    expect(sink.got).toEqual(['one ']);
    expect(await record()).toMatchObject({
      status: 'error',
      terminationReason: 'deadline',
      source: 'estimated',
    });
  });

  it('whose client has left writes no more, and goes on for its usage', async () => {
    const { journey, record } = await prepare(providerOf(good(20)));
    const gone = new AbortController();
    const sink = reader(async () => gone.abort());
    await (await openStream(journey(gone.signal))).pump(sink);
    expect(sink.got).toEqual(['one ']);
    expect(await record()).toMatchObject({
      terminationReason: 'client_disconnected',
      source: 'provider',
      outputTokens: 6,
    });
  });

  it('that had its last word before the deadline is complete', async () => {
    const { journey, record } = await prepare(providerOf(good()), { deadlineMs: 400 });
    const sink = reader((words) => (words === 'three' ? sleep(450) : Promise.resolve()));
    const opened = await openStream(journey(never));
    const answer = await opened.pump(sink).catch((error: unknown) => error);
    // The adapter's generator does not look at the signal between its last word and its end.
    expect(answer).toMatchObject({ content: 'one two three', finishReason: 'stop' });
    expect(await record()).toMatchObject({ status: 'ok', terminationReason: 'completed' });
  });
});

describe('an adapter that breaks its promises', () => {
  const scripts: [string, Script, string][] = [
    [
      'throws what it must not, at once',
      // biome-ignore lint/correctness/useYield: it fails before the first event
      async function* () {
        throw new TypeError('secret: a bug of ours');
      },
      'held',
    ],
    [
      'throws what it must not, midway',
      async function* () {
        yield { type: 'start' };
        yield text('half an ans');
        throw new RangeError('secret: a bug of ours');
      },
      'estimated',
    ],
    [
      'just ends',
      async function* () {
        yield { type: 'start' };
        yield text('half an ans');
      },
      'estimated',
    ],
    ['says nothing at all', async function* () {}, 'held'],
  ];

  it.each(scripts)('%s: an internal error, and its usage is not lost', async (_, script, source) => {
    const { journey, record, log } = await prepare(providerOf(script));
    const sink = reader();
    const error = await thrownBy(openStream(journey(never)).then((opened) => opened.pump(sink)));
    expect(error.toBody('req_1').error).toEqual({
      code: 'internal',
      message: 'Internal error',
      requestId: 'req_1',
    });
    const written = await record();
    expect(written).toMatchObject({ status: 'error', terminationReason: 'upstream_error', source });
    expect(written?.costNanoUsd).toBeGreaterThan(0);
    for (const line of log.lines) expect(line).toMatchObject({ severity: 'error' });
  });

  it.each<[string, Answering]>([
    ['throws what it must not', () => Promise.reject(new TypeError('secret: a bug of ours'))],
  ])('%s, not streamed', async (_, answering) => {
    const { journey, call, record } = await prepare(providerOf(good(), answering));
    const error = await thrownBy(generateOnce(journey(never)));
    expect(error.toBody('req_1').error.message).toBe('Internal error');
    expect(await record()).toMatchObject({
      status: 'error',
      source: 'held',
      costNanoUsd: call.target.nanoUsd,
    });
  });

  it('reports no usage: it is estimated from what was written', async () => {
    const answering = async (): Promise<ChatResult> => ({
      content: 'twelve bytes',
      finishReason: 'stop',
      usage: undefined,
    });
    const { journey, record } = await prepare(providerOf(good(), answering));
    expect(await generateOnce(journey(never))).toMatchObject({ usage: { outputTokens: 12 } });
    expect(await record()).toMatchObject({ status: 'ok', source: 'estimated', outputTokens: 12 });
  });
});

describe('a database that is lost on the way', () => {
  it('does not take the answer with it: the hold stands until the sweep', async () => {
    const { journey, call, record, log } = await prepare(providerOf(good()), {
      ledger: { settle: () => Promise.reject(new Error('the database is gone')) },
    });
    const answer = await (await openStream(journey(never))).pump(reader());
    expect(answer.content).toBe('one two three');
    expect(await record()).toBeUndefined();
    expect(log.lines).toMatchObject([{ severity: 'error', fields: { requestId: call.requestId } }]);
  });
});

describe('between two attempts', () => {
  const refusal = new UpstreamError('overloaded', 'test', { status: 529 });
  const lost = new UpstreamError('connection', 'test');
  const result: ChatResult = { content: 'six words', finishReason: 'stop', usage };

  /** A provider that fails once in each of these ways and then answers; it tells the models that it was called for. */
  function failing(...errors: UpstreamError[]) {
    const calls: string[] = [];
    const provider = {
      ...providerOf(good()),
      generate: async ({ model }: ChatRequest) => {
        calls.push(model.id);
        const error = errors[calls.length - 1];
        if (error) throw error;
        return result;
      },
    };
    return { provider, calls };
  }

  it.each<[string, string[], UpstreamError]>([
    ['the same model', [MODEL], lost],
    ['another model', [MODEL, 'gpt-4.1-mini'], new UpstreamError('not_found', 'test', { status: 404 })],
  ])('a client that leaves while the hold for %s is extended: nobody is called', async (_, models, error) => {
    const gone = new AbortController();
    const { provider, calls } = failing(error);
    const extend: FirestoreLedger['extend'] = async (request) => {
      await ledger.extend(request);
      gone.abort();
    };
    const { journey, record } = await prepare(provider, { models, ledger: { extend } });
    await thrownBy(generateOnce(journey(gone.signal)));
    expect(calls).toEqual([MODEL]);
    const written = await record();
    expect(written).toMatchObject({ model: MODEL, attempts: [{ model: MODEL, status: 'error' }] });
    expect(written?.costNanoUsd).toBe(written?.attempts[0]?.costNanoUsd);
  });

  it.each<[string, string[], UpstreamError]>([
    ['the same model', [MODEL], lost],
    ['another model', [MODEL, 'gpt-4.1-mini'], new UpstreamError('not_found', 'test', { status: 404 })],
  ])(
    'a deadline that is near by the time the hold for %s is extended: nobody is called',
    async (_, models, error) => {
      let ahead = 0;
      const { provider, calls } = failing(error);
      const extend: FirestoreLedger['extend'] = async (request) => {
        await ledger.extend(request);
        ahead = 19_900;
      };
      const now = () => Date.now() + ahead;
      const { journey, record } = await prepare(provider, { models, now, ledger: { extend } });
      expect((await thrownBy(generateOnce(journey(never)))).code).toBe('upstream_error');
      expect(calls).toEqual([MODEL]);
      expect((await record())?.attempts).toHaveLength(1);
    },
  );

  it('a client that leaves while nobody is called ends the request at once', async () => {
    const gone = new AbortController();
    const error = new UpstreamError('rate_limited', 'test', { status: 429, retryAfterSeconds: 15 });
    const { provider, calls } = failing(error);
    const { journey, record } = await prepare(provider);
    const startedAt = Date.now();
    const asked = thrownBy(generateOnce(journey(gone.signal)));
    await expect.poll(() => calls).toHaveLength(1);
    gone.abort();
    await asked;
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(calls).toHaveLength(1);
    expect(await record()).toMatchObject({ status: 'error', costNanoUsd: 0 });
  });

  it('a model that no budget can be held for is passed over, wherever in the list but first', async () => {
    const unpriced = (id: string, model: string) => (model === 'gpt-4o' ? undefined : priceOf(id, model));
    const options = { models: [MODEL, 'gpt-4o', 'gpt-4.1-mini'], priceOf: unpriced };
    const { provider, calls } = failing(new UpstreamError('not_found', 'test', { status: 404 }));
    const { journey, record } = await prepare(provider, options);
    expect(await generateOnce(journey(never))).toMatchObject({ model: 'gpt-4.1-mini' });
    expect(calls).toEqual([MODEL, 'gpt-4.1-mini']);
    expect((await record())?.attempts).toHaveLength(2);

    const breakers = new Breakers({ failures: 1, now: Date.now, random: () => 1 });
    breakers.enter(`openai/${MODEL}`)?.end('failed');
    const { call } = await prepare(provider, { ...options, breakers });
    expect(call.target.model.id).toBe('gpt-4.1-mini');
    const first = prepare(provider, { ...options, models: ['gpt-4o', 'gpt-4.1-mini'] });
    expect((await thrownBy(first)).code).toBe('unprocessable');
  });

  it('each attempt is told with its own cost', async () => {
    const { provider } = failing(refusal, lost);
    const { journey, call, record } = await prepare(provider);
    const answer = await generateOnce(journey(never));
    const written = await record();
    const [first, second, third] = written?.attempts ?? [];
    expect([first?.costNanoUsd, second?.costNanoUsd]).toEqual([0, call.target.nanoUsd]);
    expect(third?.costNanoUsd).toBeGreaterThan(0);
    expect(written?.costNanoUsd).toBe((second?.costNanoUsd ?? 0) + (third?.costNanoUsd ?? 0));
    expect(answer.attempts).toBe(3);
  });

  it('a stream that tries a broken model shows with its first words that it works', async () => {
    let at = Date.now();
    const now = () => at;
    const breakers = new Breakers({ failures: 1, now, random: () => 1 });
    breakers.enter(`openai/${MODEL}`)?.end('failed');
    at += 2_000;
    const { journey } = await prepare(providerOf(good()), { breakers, now });
    expect(breakers.enter(`openai/${MODEL}`)).toBeUndefined();
    const opened = await openStream(journey(never));
    expect(breakers.enter(`openai/${MODEL}`)).toBeDefined();
    await opened.pump(reader());
  });
});
