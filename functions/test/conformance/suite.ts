import { beforeAll, describe, expect, it } from 'vitest';
import { type Caller, newCaller, upstreamOf, usageOf } from '../gateway/support.ts';
import { stack } from '../harness/stack.ts';
import { type Ask, CITY, type Failure, type Sdk, type Tool } from './sdk.ts';

// The official SDKs and the Vercel AI SDK ask the same of every provider's models, each in its own format.

interface Row {
  provider: string;
  model: string;
  /** One that thinks when it is asked to. */
  thinking: string;
}

export const MODELS: Row[] = [
  { provider: 'openai', model: 'gpt-4.1-mini', thinking: 'gpt-5.4-mini' },
  { provider: 'anthropic', model: 'claude-haiku-4-5', thinking: 'claude-haiku-4-5' },
  { provider: 'gemini', model: 'gemini-3.5-flash', thinking: 'gemini-3.5-flash' },
];

/** The classes of errors by status, of the SDKs that OpenAI and Anthropic have generated alike. */
export const STAINLESS = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  402: 'APIError',
  403: 'PermissionDeniedError',
  422: 'UnprocessableEntityError',
  429: 'RateLimitError',
};

export interface Driver {
  name: string;
  open: (credential: string, url: string) => Sdk;
  /** The providers that it can reach; absent: all. */
  only?: string;
  /** The classes of errors, by status. */
  errors: Record<number, string>;
}

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const WEATHER: Tool = { name: 'weather', parameters: CITY };
const TIME: Tool = { name: 'time', parameters: CITY };
const PLACE = { city: 'Zürich “東京” 👋🏽 \\ "x"' };
const user = (text: string, rest: { png?: string } = {}) => ({ role: 'user' as const, text, ...rest });

/** Tests that a person's SDKs do all of it. @param more what else they can do, with that person's SDKs as they are */
export function conform(drivers: readonly Driver[], more: (caller: () => Caller) => void = () => {}): void {
  const cases = drivers.flatMap((driver) =>
    MODELS.filter(({ provider }) => driver.only === undefined || driver.only === provider).map((row) => ({
      ...driver,
      ...row,
    })),
  );
  const narrow = drivers.filter(({ only }) => only !== undefined);
  let caller: Caller;
  beforeAll(async () => {
    caller = await newCaller(undefined, { limits: { requestsPerMinute: 1000 } });
  });

  describe.each(cases)('$name → $model', ({ open, provider, model, thinking, errors }) => {
    let sdk: Sdk;
    beforeAll(() => {
      sdk = open(caller.key, stack().url);
    });
    const ask = (text: string, rest: Partial<Ask> = {}): Ask => ({ model, turns: [user(text)], ...rest });

    it('says the same whole and streamed, and both are on record as reported', async () => {
      const text = 'Grüße, 世界 👩🏽‍🚀! Two lines:\n\n- "one"\n- two';
      const asked = ask(`[[sandbox: text=${JSON.stringify(text)} input=90 cached=40]] Hi`);
      const replies = [await sdk.ask(asked), await sdk.stream(asked)];
      for (const { requestId, ...reply } of replies) {
        expect(reply).toMatchObject({ text, calls: [], finish: 'stop', usage: { input: 90, cached: 40 } });
        expect(reply.usage.output).toBeGreaterThan(0);
        expect(await usageOf(caller.user, requestId)).toMatchObject({
          provider,
          model,
          inputTokens: 90,
          cachedInputTokens: 40,
          outputTokens: reply.usage.output,
          source: 'provider',
          terminationReason: 'completed',
        });
      }
      expect(replies[0]?.usage).toEqual(replies[1]?.usage);
    });

    it('streams as it comes', async () => {
      let pieces = 0;
      await sdk.stream(ask('[[sandbox: tokens=60]] Go'), () => {
        pieces += 1;
      });
      expect(pieces).toBeGreaterThan(2);
    });

    it('carries the system prompt and the turns before', async () => {
      const first = await sdk.ask(ask('[[sandbox: text="I am one."]] Who?'));
      const { requestId } = await sdk.ask({
        model,
        system: 'You are terse.',
        turns: [user('Who?'), { role: 'assistant', said: first.said }, user('And then?')],
      });
      const { text } = await upstreamOf(requestId);
      const order = ['Who?', 'I am one.', 'And then?'].map((said) => text.indexOf(said));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(order).not.toContain(-1);
      expect(text).toContain('You are terse.');
    });

    it.each(['ask', 'stream'] as const)('calls a tool, and several at once: %s', async (way) => {
      const tools = [WEATHER, TIME];
      const one = await sdk[way](
        ask(`[[sandbox: tool=weather args='${JSON.stringify(PLACE)}']] Go`, { tools: [WEATHER] }),
      );
      expect(one).toMatchObject({ finish: 'tools', calls: [{ name: 'weather', input: PLACE }] });

      const prompt = user(`[[sandbox: tool=weather,time args='{"city":"Paris"}']] Go`);
      const both = await sdk[way]({ model, tools, turns: [prompt] });
      expect(both.calls.map(({ name, input }) => [name, input])).toEqual([
        ['weather', { city: 'Paris' }],
        ['time', { city: 'Paris' }],
      ]);
      expect(new Set(both.calls.map(({ id }) => id)).size).toBe(2);

      const results = both.calls.map(({ id, name }) => ({ id, name, output: `${name} is fine` }));
      const answer = await sdk[way]({
        model,
        tools,
        turns: [prompt, { role: 'assistant', said: both.said }, { role: 'results', results }],
      });
      expect(answer).toMatchObject({ finish: 'stop', calls: [] });
      expect(answer.text).not.toBe('');
      const { text } = await upstreamOf(answer.requestId);
      for (const said of ['weather is fine', 'time is fine']) expect(text).toContain(said);
    });

    it('shows an image', async () => {
      const { requestId, text } = await sdk.ask({ model, turns: [user('What is it?', { png: PNG })] });
      expect(text).not.toBe('');
      expect((await upstreamOf(requestId)).text).toContain(PNG);
      expect(await usageOf(caller.user, requestId)).toMatchObject({ status: 'ok', source: 'provider' });
    });

    it.each(['ask', 'stream'] as const)('answers in JSON of a schema: %s', async (way) => {
      const { text, finish } = await sdk[way](ask('Where?', { schema: CITY }));
      expect(JSON.parse(text)).toEqual({ city: expect.any(String) });
      expect(finish).toBe('stop');
    });

    it.each(['ask', 'stream'] as const)('thinks, which is on record, and goes on: %s', async (way) => {
      const prompt = user('[[sandbox: text="So" reasoning=20]] Why?');
      const reply = await sdk[way]({ model: thinking, turns: [prompt], thinks: true });
      expect(reply).toMatchObject({ text: 'So', usage: { reasoning: 20 } });
      expect(await usageOf(caller.user, reply.requestId)).toMatchObject({
        reasoningTokens: 20,
        outputTokens: reply.usage.output,
      });
      const next = await sdk[way]({
        model: thinking,
        turns: [prompt, { role: 'assistant', said: reply.said }, user('And?')],
        thinks: true,
      });
      expect(next.text).not.toBe('');
    });

    it('stops at the maximum', async () => {
      const { finish, usage } = await sdk.ask(ask('[[sandbox: tokens=200]] Go', { maxTokens: 16 }));
      expect({ finish, output: usage.output }).toEqual({ finish: 'length', output: 16 });
    });

    it('leaves in the middle of a stream, which is on record and paid', async () => {
      const leaving = new AbortController();
      const words = `[[sandbox: tokens=150 delay=20]] Go ${Math.random()}`;
      const stream = sdk.stream(ask(words, { signal: leaving.signal }), () => leaving.abort());
      await expect(stream).rejects.toThrow();
      const list = await fetch(`${stack().sandbox}/__sandbox/requests`);
      const requests = (await list.json()) as { text: string | null; requestId: string }[];
      const id = requests.find(({ text }) => text?.includes(words))?.requestId ?? '';
      await expect
        .poll(() => usageOf(caller.user, id).catch(() => undefined), { timeout: 15_000, interval: 250 })
        .toMatchObject({ status: 'cancelled', terminationReason: 'client_disconnected' });
      expect(Number((await usageOf(caller.user, id)).cost.usd)).toBeGreaterThan(0);
    });

    describe('errors', () => {
      const failureOf = async (from: Sdk, asked: Ask, way: 'ask' | 'stream' = 'ask'): Promise<Failure> => {
        const outcome = await from[way](asked).then(
          () => undefined,
          (thrown: unknown) => from.failure(thrown),
        );
        if (!outcome) throw new Error('It did not fail');
        return outcome;
      };
      const expectFailure = async (failure: Promise<Failure>, status: number, message: RegExp) =>
        expect(await failure).toEqual({
          status,
          name: errors[status],
          message: expect.stringMatching(message),
        });

      it.each(['ask', 'stream'] as const)('a wrong key: %s', async (way) => {
        await expectFailure(failureOf(open('fg_test_nonsense', stack().url), ask('Hi'), way), 401, /./);
      });

      it('an unknown model', async () => {
        await expectFailure(failureOf(sdk, ask('Hi', { model: 'model-of-tomorrow' })), 400, /Unknown model/);
      });

      it('a key without that model', async () => {
        const { key } = await newCaller(undefined, { models: ['gpt-4o'] });
        await expectFailure(failureOf(open(key, stack().url), ask('Hi')), 403, /./);
      });

      it('more than is left of the budget, ever', async () => {
        const { key } = await newCaller(undefined, { budget: { usd: '0.000001', period: 'day' } });
        await expectFailure(failureOf(open(key, stack().url), ask('Hi')), 422, /./);
      });

      it('a budget that is spent', async () => {
        const { key } = await newCaller(undefined, { budget: { usd: '0.10', period: 'day' } });
        const spender = open(key, stack().url);
        // More than anybody could foresee; it is paid all the same.
        await spender.ask(ask('[[sandbox: input=1000000]] Spend'));
        await expectFailure(failureOf(spender, ask('Hi')), 402, /./);
      });

      it('too many requests', async () => {
        const { key } = await newCaller(undefined, { limits: { requestsPerMinute: 1 } });
        const hasty = open(key, stack().url);
        await hasty.ask(ask('Hi'));
        await expectFailure(failureOf(hasty, ask('Hi')), 429, /./);
      });

      it('what the provider refuses', async () => {
        await expectFailure(failureOf(sdk, ask('[[sandbox: nonsense=1]] Hi')), 400, /./);
      });

      it('a stream that breaks', async () => {
        const failure = failureOf(sdk, ask('[[sandbox: fault=cut afterEvents=8]] Go'), 'stream');
        expect((await failure).message).toMatch(/./);
      });
    });
  });

  if (narrow.length > 0) {
    it.each(narrow)('$name: a model of another format is a 422', async ({ open, errors }) => {
      const sdk = open(caller.key, stack().url);
      const failure = sdk
        .ask({ model: 'claude-haiku-4-5', turns: [user('Hi')] })
        .catch((thrown: unknown) => sdk.failure(thrown));
      expect(await failure).toMatchObject({ status: 422, name: errors[422] });
    });
  }

  more(() => caller);
}
