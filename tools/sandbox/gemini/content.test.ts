import type { GenerateContentParameters, GenerateContentResponse } from '@google/genai';
import { describe, expect, it } from 'vitest';
import { collect, rejection, useSandbox } from '../testing.ts';

const { sandbox, gemini } = useSandbox();

type Config = NonNullable<GenerateContentParameters['config']>;

function params(prompt: string, config: Config = {}): GenerateContentParameters {
  return { model: 'gemini-3.8-flash', contents: prompt, config: { automaticContinuation: false, ...config } };
}

const parametersJsonSchema = {
  type: 'object',
  properties: { place: { type: 'string' } },
  required: ['place'],
};
const tools = [
  { functionDeclarations: ['get_weather', 'get_time'].map((name) => ({ name, parametersJsonSchema })) },
];

/** What must be the same streamed and whole: all but ids. */
function essence(responses: readonly GenerateContentResponse[]): unknown {
  const last = responses.at(-1);
  const parts = responses.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
  const text = (thought: boolean) =>
    parts
      .filter((part) => part.text !== undefined && Boolean(part.thought) === thought)
      .map((part) => part.text)
      .join('');
  return {
    text: text(false),
    thoughts: text(true),
    calls: parts.flatMap(({ functionCall }) =>
      functionCall ? [{ name: functionCall.name, args: functionCall.args }] : [],
    ),
    signatures: parts.flatMap(({ thoughtSignature }) => thoughtSignature ?? []),
    finishReason: last?.candidates?.[0]?.finishReason,
    promptFeedback: last?.promptFeedback,
    usage: last?.usageMetadata,
    model: last?.modelVersion,
  };
}

const CASES: [string, GenerateContentParameters][] = [
  ['plain', params('Hello')],
  ['cut', params('Hello', { maxOutputTokens: 12 })],
  ['a system prompt', params('Hello', { systemInstruction: 'Be brief' })],
  ['counts', params('[[sandbox: tokens=90 cached=50 reasoning=40]]')],
  ['thoughts', params('Hello', { thinkingConfig: { thinkingLevel: 'LOW' as never, includeThoughts: true } })],
  ['thoughts unseen', params('Hello', { thinkingConfig: { thinkingLevel: 'LOW' as never } })],
  ['a stop sequence', params('[[sandbox: text="one two three"]]', { stopSequences: ['two'] })],
  ['a blocked prompt', params('[[sandbox: stop=refusal]]')],
  ['a blocked answer', params('[[sandbox: stop=content_filter]]')],
  ['parallel tools', params('[[sandbox: tool=get_weather,get_time]]', { tools })],
  ['JSON', params('Hi', { responseMimeType: 'application/json', responseJsonSchema: parametersJsonSchema })],
];

describe('content', () => {
  it.each(CASES)('streams what it answers whole: %s', async (_, request) => {
    const whole = await gemini().models.generateContent(request);
    const streamed = await collect(await gemini().models.generateContentStream(request));
    expect(essence(streamed)).toEqual(essence([whole]));
  });

  it('answers as Google does', async () => {
    const response = await gemini().models.generateContent(params('Hello'));
    expect(response).toMatchObject({
      candidates: [{ content: { role: 'model', parts: [{}] }, finishReason: 'STOP' }],
      modelVersion: 'gemini-3.8-flash',
      responseId: sandbox.recorder.list()[0]?.upstreamRequestId,
    });
    const { usageMetadata: usage } = response;
    expect(usage?.totalTokenCount).toBe((usage?.promptTokenCount ?? 0) + (usage?.candidatesTokenCount ?? 0));
    // Counts of zero are not there at all.
    expect(usage).not.toHaveProperty('thoughtsTokenCount');
    expect(usage).not.toHaveProperty('cachedContentTokenCount');
  });

  it('counts thoughts apart, and cached tokens within the prompt', async () => {
    const { usageMetadata } = await gemini().models.generateContent(
      params('[[sandbox: input=300 cached=100 tokens=50 reasoning=20]]'),
    );
    expect(usageMetadata).toMatchObject({
      promptTokenCount: 300,
      cachedContentTokenCount: 100,
      candidatesTokenCount: 50,
      thoughtsTokenCount: 20,
      totalTokenCount: 370,
    });
  });

  it('honours the calling mode', async () => {
    const names = async (functionCallingConfig: object) => {
      const toolConfig = { functionCallingConfig };
      const { functionCalls } = await gemini().models.generateContent(params('Hi', { tools, toolConfig }));
      return (functionCalls ?? []).map(({ name }) => name);
    };
    expect(await names({ mode: 'NONE' })).toEqual([]);
    expect(await names({ mode: 'ANY' })).toEqual(['get_weather']);
    expect(await names({ mode: 'ANY', allowedFunctionNames: ['get_time'] })).toEqual(['get_time']);
  });

  it('answers a function’s result in words, the signature brought back', async () => {
    const asked = params('[[sandbox: tool=get_weather]]', { tools });
    const [candidate] = (await gemini().models.generateContent(asked)).candidates ?? [];
    const response = { name: 'get_weather', response: { output: 'sunny' } };
    const answer = await gemini().models.generateContent({
      ...asked,
      contents: [
        { role: 'user', parts: [{ text: 'Weather?' }] },
        candidate?.content ?? {},
        { role: 'user', parts: [{ functionResponse: response }] },
      ],
    });
    expect(answer.text).toMatch(/./);
  });

  it('counts its input beforehand', async () => {
    const { model, contents } = params('Count this');
    const { totalTokens } = await gemini().models.countTokens({ model, contents });
    const { usageMetadata } = await gemini().models.generateContent(params('Count this'));
    expect(usageMetadata?.promptTokenCount).toBe(totalTokens);
  });

  it('lists its models', async () => {
    const models = await collect(await gemini().models.list());
    expect(models.map(({ name }) => name)).toContain('models/gemini-3.8-flash');
    expect(await gemini().models.get({ model: 'gemini-3.1-pro-preview' })).toMatchObject({
      outputTokenLimit: 65_536,
    });
  });
});

describe('embeddings', () => {
  const embed = (contents: string[], config = {}) =>
    gemini().models.embedContent({
      model: 'gemini-embedding-2',
      contents: contents.map((text) => ({ parts: [{ text }] })),
      config,
    });

  it('are one for each text, and counted', async () => {
    const { embeddings, usageMetadata } = await embed(['Hello', 'Hi', 'Hello']);
    const [first, second, third] = (embeddings ?? []).map(({ values }) => values);
    expect(first).toEqual(third);
    expect(first).not.toEqual(second);
    expect(Math.hypot(...(first ?? []))).toBeCloseTo(1);
    expect(usageMetadata?.promptTokenCount).toBe(5);
  });

  it('have as many dimensions as are wanted', async () => {
    const { embeddings } = await embed(['Hello'], { outputDimensionality: 3 });
    expect(embeddings?.[0]?.values).toHaveLength(3);
  });

  it('of nothing are refused', async () => {
    expect(await rejection(embed(['']))).toMatchObject({ status: 400 });
  });
});

describe('content is refused', () => {
  const body = (rest: object = {}) => ({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], ...rest });
  const config = (generationConfig: object) => body({ generationConfig });
  const contents = (...all: object[]) => ({ contents: all });
  const call = { functionCall: { name: 'f', args: {} } };
  const result = { functionResponse: { name: 'f', response: {} } };
  const user = (...parts: object[]) => ({ role: 'user', parts });
  const model = (...parts: object[]) => ({ role: 'model', parts });
  const post = (
    path: string,
    given: unknown,
    headers: Record<string, string> = { 'x-goog-api-key': 'key' },
  ) =>
    fetch(`${sandbox.url}/gemini/v1/models/${path}`, {
      method: 'POST',
      headers,
      body: typeof given === 'string' ? given : JSON.stringify(given),
    });

  it.each<[string, unknown, string]>([
    ['no contents', { contents: [] }, 'contents is not specified'],
    ['a content without parts', contents({ role: 'user', parts: [] }), 'parts must not be empty'],
    ['an unknown role', contents({ role: 'assistant', parts: [{ text: 'x' }] }), 'valid role'],
    ['an empty part', contents(user({})), 'must have one initialized field'],
    ['an unknown field', body({ max_tokens: 5 }), 'Unknown name "max_tokens"'],
    ['an unknown setting', config({ max_tokens: 5 }), 'Unknown name "max_tokens" at \'generation_config\''],
    ['too large a maximum', config({ maxOutputTokens: 65_537 }), 'maxOutputTokens value of 65537'],
    ['too high a temperature', config({ temperature: 2.1 }), 'temperature'],
    ['several candidates', config({ candidateCount: 2 }), 'Multiple candidates'],
    ['many stop sequences', config({ stopSequences: [...'abcdef'] }), 'stop sequences'],
    ['a schema of text', config({ responseJsonSchema: {} }), 'response_mime_type'],
    [
      'minimal thinking',
      config({ thinkingConfig: { thinkingLevel: 'MINIMAL' } }),
      "'minimal' is not a supported",
    ],
    ['a GIF', contents(user({ inlineData: { mimeType: 'image/gif', data: '' } })), 'Unsupported MIME type'],
    [
      'an unsigned call',
      contents(user({ text: 'x' }), model(call), user(result)),
      'missing a thought_signature',
    ],
    [
      'a foreign signature',
      contents(user({ text: 'x' }), model({ ...call, thoughtSignature: 'AAAA' }), user(result)),
      'Corrupted thought signature',
    ],
    ['a result without a call', contents(user(result)), 'immediately after a function call turn'],
    [
      'a call without a result',
      contents(user({ text: 'x' }), model(call), user({ text: 'y' })),
      'number of function response parts',
    ],
    [
      'a function that is not there',
      body({ toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } } }),
      'not declared',
    ],
    ['a wrong directive', contents(user({ text: '[[sandbox: token=1]]' })), 'token'],
    ['what is no JSON', '{', 'Invalid JSON payload'],
  ])('for %s', async (_, given, message) => {
    const response = await post('gemini-3.8-flash:generateContent', given);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringContaining(message) },
    });
  });

  it.each<[string, string, Record<string, string>, number, string]>([
    ['an unknown model', 'unknown-1:generateContent', { 'x-goog-api-key': 'key' }, 404, 'NOT_FOUND'],
    ['an unknown method', 'gemini-3.8-flash:dance', { 'x-goog-api-key': 'key' }, 404, 'NOT_FOUND'],
    ['no key', 'gemini-3.8-flash:generateContent', {}, 403, 'PERMISSION_DENIED'],
    [
      'an invalid key',
      'gemini-3.8-flash:generateContent',
      { 'x-goog-api-key': 'invalid' },
      400,
      'INVALID_ARGUMENT',
    ],
  ])('for %s', async (_, path, headers, status, name) => {
    const response = await post(path, body(), headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code: status, status: name } });
  });

  it('by the rate, telling when to come back in its details alone', async () => {
    const fault = '[[sandbox: fault=rate_limit retryAfterSeconds=7]]';
    const response = await post('gemini-3.8-flash:generateContent', contents(user({ text: fault })));
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, null]);
    expect(await response.json()).toMatchObject({
      error: { status: 'RESOURCE_EXHAUSTED', details: [{}, { retryDelay: '7s' }] },
    });
  });

  it('of a planned fault, by the model in its path', async () => {
    sandbox.faults.add({ kind: 'overloaded', provider: 'gemini', model: 'gemini-3.7-flash' });
    await gemini().models.generateContent(params('Hi'));
    const busy = gemini().models.generateContent({ ...params('Hi'), model: 'gemini-3.7-flash' });
    expect(await rejection(busy)).toMatchObject({ status: 503 });
  });
});
