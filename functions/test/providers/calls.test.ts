import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedRequest } from '../../../tools/sandbox/recorder.ts';
import type { Sandbox } from '../../../tools/sandbox/server.ts';
import type {
  ChatEvent,
  ChatRequest,
  ChatResult,
  Model,
  Provider,
  UserPart,
} from '../../src/providers/contract.ts';
import { foldStream, UNSTREAMED_TOKENS } from '../../src/providers/fold.ts';
import { omitUnsupported } from '../../src/providers/omit-unsupported.ts';
import { ask, CONNECT, context, firstModel, startSandbox } from './harness.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());
beforeEach(() => sandbox.recorder.clear());

/** How each provider's wire format says what all of them are asked, as it reached the sandbox. */
interface Wire {
  agent: RegExp;
  path: string;
  body: (model: Model) => object;
  streams: (recorded: RecordedRequest) => boolean;
  temperature: (body: JsonObject) => unknown;
  /** Whether writing to the cache is counted and billed. */
  cacheWrites: boolean;
  /** Whether a call of a tool comes in pieces. */
  callsInPieces: boolean;
}
type JsonObject = Record<string, unknown>;

const bodySays = ({ body }: RecordedRequest) => (body as JsonObject)['stream'] === true;
const OPENAI: Wire = {
  agent: /^OpenAI\/JS 7\./,
  path: '/v1/chat/completions',
  body: ({ id }) => ({ model: id, service_tier: 'default' }),
  streams: bodySays,
  temperature: (body) => body['temperature'],
  cacheWrites: true,
  callsInPieces: true,
};
const WIRE: Readonly<Record<string, (model: Model) => Wire>> = {
  openai: () => OPENAI,
  anthropic: () => ({
    ...OPENAI,
    agent: /^Anthropic\/JS 1\./,
    path: '/v1/messages',
    body: ({ id }) => ({ model: id, service_tier: 'standard_only' }),
  }),
  gemini: ({ id }) => ({
    agent: /^google-genai-sdk\/3\./,
    path: `/v1beta/models/${id}:generateContent`,
    // The standard tier is what there is without one.
    body: () => expect.not.objectContaining({ serviceTier: expect.anything() }),
    streams: ({ path }) => path.endsWith(':streamGenerateContent'),
    temperature: (body) => (body['generationConfig'] as JsonObject)['temperature'],
    cacheWrites: false,
    callsInPieces: false,
  }),
};

describe.each(CONNECT)('$id', ({ id, models, connect }) => {
  const model = firstModel(models);
  const wire = (WIRE[id] ?? (() => OPENAI))(model);
  let provider: Provider;
  beforeAll(() => {
    provider = connect(sandbox);
  });

  it('answers, by one call of the official SDK under our request id', async () => {
    const call = context();
    const result = await provider.generate(ask(model, 'Hello there', { system: 'Be brief.' }), call);
    expect(result.content).not.toBe('');
    expect(result.finishReason).toBe('stop');
    expect(result.usage?.outputTokens).toBeGreaterThanOrEqual(40);

    const [recorded, ...more] = sandbox.recorder.list();
    expect(more).toEqual([]);
    const { agent, path } = wire;
    expect(recorded).toMatchObject({ provider: id, path, requestId: call.requestId, outcome: 'completed' });
    expect(recorded?.headers['user-agent']).toMatch(agent);
    expect(recorded?.upstreamRequestId).toBe(result.upstreamRequestId);
    // Prices are those of the standard tier.
    expect(recorded?.body).toMatchObject(wire.body(model));
  });

  it('streams the same answer', async () => {
    const request = ask(model, 'Tell me of the sea, in German and with emoji: 🌊');
    const { upstreamRequestId: _, ...unstreamed } = await provider.generate(request, context());
    const call = context();
    const { upstreamRequestId, ...streamed } = await foldStream(provider.stream(request, call));
    expect(streamed).toEqual(unstreamed);

    const [, recorded, ...more] = sandbox.recorder.list();
    expect(more).toEqual([]);
    expect(recorded).toMatchObject({ requestId: call.requestId, outcome: 'completed', upstreamRequestId });
  });

  it('passes deltas on while the rest is still being written', async () => {
    const writtenAtDelta: number[] = [];
    const request = ask(model, '[[sandbox: tokens=60 delay=10]]');
    for await (const event of provider.stream(request, context())) {
      if (event.type === 'text') writtenAtDelta.push(sandbox.recorder.list()[0]?.events ?? 0);
    }
    const written = sandbox.recorder.list()[0]?.events ?? 0;
    expect(writtenAtDelta.length).toBe(30);
    expect(writtenAtDelta[0]).toBeLessThan(written / 2);
    expect(writtenAtDelta[15]).toBeLessThan(written);
  });

  it('starts with the upstream request id and ends with the finish reason', async () => {
    const events: ChatEvent[] = [];
    for await (const event of provider.stream(ask(model, 'Hello'), context())) events.push(event);
    const upstreamRequestId = sandbox.recorder.list()[0]?.upstreamRequestId;
    expect(events.at(0)).toEqual({ type: 'start', upstreamRequestId });
    expect(events.at(-1)).toEqual({ type: 'finish', finishReason: 'stop' });
    const usages = events.filter((event) => event.type === 'usage');
    expect(usages.at(-1)).toMatchObject({ complete: true });
    expect(usages.slice(0, -1).every(({ complete }) => !complete)).toBe(true);
  });

  it('counts cached, written and reasoning tokens the same, streamed and not', async () => {
    const request = ask(model, '[[sandbox: input=900 cached=500 cache_write=100 reasoning=30 tokens=50]]');
    const { usage } = await provider.generate(request, context());
    expect(usage).toMatchObject({
      inputTokens: 900,
      cachedInputTokens: 500,
      cacheWriteInputTokens: wire.cacheWrites ? 100 : 0,
      outputTokens: 80,
      reasoningTokens: 30,
    });
    expect((await foldStream(provider.stream(request, context()))).usage).toEqual(usage);
  });

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['refusal', 'content_filter'],
    ['content_filter', 'content_filter'],
  ])('stop=%s finishes with %s', async (stop, finishReason) => {
    const request = ask(model, `[[sandbox: stop=${stop}]]`);
    expect(await provider.generate(request, context())).toMatchObject({ finishReason });
    expect(await foldStream(provider.stream(request, context()))).toMatchObject({ finishReason });
  });

  it('takes the largest maximum of every model, streamed and not', async () => {
    for (const each of models) {
      const request = ask(each, 'Hello', { maxTokens: each.maxOutputTokens });
      expect(await provider.generate(request, context())).toMatchObject({ finishReason: 'stop' });
      expect(await foldStream(provider.stream(request, context()))).toMatchObject({ finishReason: 'stop' });
    }
    // Long answers are streamed underneath, short ones are not.
    sandbox.recorder.clear();
    await provider.generate(ask(model, 'Hello', { maxTokens: UNSTREAMED_TOKENS + 1 }), context());
    await provider.generate(ask(model, 'Hello', { maxTokens: UNSTREAMED_TOKENS }), context());
    expect(sandbox.recorder.list().map(wire.streams)).toEqual([true, false]);
  });

  it('answers the body {maxTokens: 1024, temperature: 0.7} on every model', async () => {
    for (const each of models) {
      const { request } = omitUnsupported(ask(each, 'Hello', { temperature: 0.7 }));
      expect(await provider.generate(request, context())).toMatchObject({ finishReason: 'stop' });
      const sent = sandbox.recorder.list().at(-1)?.body as JsonObject;
      const takes = !each.unsupportedParameters.includes('temperature');
      expect([each.id, wire.temperature(sent)]).toEqual([each.id, takes ? 0.7 : undefined]);
    }
  });

  it('bounds what is reported', async () => {
    for (const prompt of [
      'a',
      'Hello there',
      'x'.repeat(5000),
      '世界'.repeat(300),
      '👩‍🚀'.repeat(100),
      '\u0000\n"',
    ]) {
      const request = ask(model, prompt, { system: prompt, maxTokens: 100 });
      const bound = provider.bound(request);
      const { usage } = await provider.generate(request, context());
      expect(usage?.inputTokens).toBeLessThanOrEqual(bound.inputTokens);
      expect(usage?.outputTokens).toBeLessThanOrEqual(bound.outputTokens);
    }
  });

  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const tools = ['get_weather', 'now'].map((name) => ({ name, description: 'Tells it', parameters }));
  const nameless = ({ toolCalls = [], ...rest }: ChatResult) => ({
    ...rest,
    upstreamRequestId: undefined,
    toolCalls: toolCalls.map((call) => ({ ...call, id: 'any' })),
  });

  it('calls tools in parallel, streamed as not, takes their results, and bounds it all', async () => {
    const prompt = `[[sandbox: tool=get_weather,now args='{"city":"Zürich 🌊"}']]`;
    const request = ask(model, prompt, { tools, toolChoice: 'auto' });
    const result = await provider.generate(request, context());
    expect(result).toMatchObject({
      finishReason: 'tool_calls',
      toolCalls: [
        { name: 'get_weather', arguments: '{"city":"Zürich 🌊"}' },
        { name: 'now', arguments: '{"city":"Zürich 🌊"}' },
      ],
    });
    const streamed = await foldStream(provider.stream(request, context()));
    expect(nameless(streamed)).toEqual(nameless(result));

    const { content, toolCalls = [] } = result;
    const next: ChatRequest = {
      ...request,
      messages: [
        { role: 'user', content: 'What is the weather?' },
        { role: 'assistant', content, toolCalls },
        ...toolCalls.map((each) => ({ role: 'tool' as const, toolCallId: each.id, content: 'Sunny' })),
      ],
    };
    const answer = await provider.generate(next, context());
    expect(answer).toMatchObject({ finishReason: 'stop', content: expect.stringMatching(/\S/) });
    expect(provider.bound(next).inputTokens).toBeGreaterThanOrEqual(answer.usage?.inputTokens ?? Infinity);
  });

  it.each([
    ['none', []],
    ['required', ['get_weather']],
    [{ name: 'now' }, ['now']],
  ] as const)('lets the caller choose: %j', async (toolChoice, names) => {
    const { toolCalls = [] } = await provider.generate(ask(model, 'Hi', { tools, toolChoice }), context());
    expect(toolCalls.map(({ name }) => name)).toEqual(names);
  });

  if (wire.callsInPieces) {
    it('says how much of a call had come when the stream broke', async () => {
      const args = JSON.stringify({ city: 'where the lake ends '.repeat(40) });
      const prompt = `[[sandbox: tool=now args='${args}' delay=2 fault=cut afterEvents=20]]`;
      let bytes = 0;
      const read = async () => {
        for await (const event of provider.stream(ask(model, prompt, { tools }), context())) {
          if (event.type === 'toolCallDelta') bytes += event.bytes;
          expect(event.type).not.toBe('toolCall');
        }
      };
      await expect(read()).rejects.toMatchObject({ kind: 'connection' });
      expect(bytes).toBeGreaterThan(50);
      expect(bytes).toBeLessThan(args.length);
    });
  }

  it('answers with JSON of the schema, on every model', async () => {
    const schema = { ...parameters, additionalProperties: false };
    for (const each of models) {
      const request = ask(each, 'Where?', { responseSchema: { name: 'place', schema } });
      const { content } = await provider.generate(request, context());
      expect([each.id, JSON.parse(content)]).toEqual([each.id, { city: expect.any(String) }]);
    }
  });

  it('takes images', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d494844520000010000000100', 'hex').toString('base64');
    const content: UserPart[] = [
      { type: 'text', text: 'What is it?' },
      { type: 'image', mediaType: 'image/png', data: png },
    ];
    const request = ask(model, '', { messages: [{ role: 'user', content }] });
    const { usage } = await provider.generate(request, context());
    // The sandbox counts an image as 256 tokens.
    expect(usage?.inputTokens).toBeGreaterThan(256);
    expect(provider.bound(request).inputTokens).toBeGreaterThanOrEqual(usage?.inputTokens ?? Infinity);
    expect(JSON.stringify(sandbox.recorder.list()[0]?.body)).toContain(png);
  });
});
