import OpenAI from 'openai';
import { beforeAll, describe, expect, it } from 'vitest';
import { inspectImage } from '../../src/services/images/inspect-image.ts';
import { type Caller, newCaller, post, requestIdOf, upstreamOf } from '../gateway/support.ts';
import { getClientToken } from '../harness/request.ts';
import { stack } from '../harness/stack.ts';
import { recordOf } from '../llm/support.ts';

const BODY = {
  model: 'gpt-image-2.5-flare',
  prompt: 'A lighthouse at dusk',
  size: '1024x1024',
  quality: 'low',
} as const;
const PATH = 'images/generations';

let caller: Caller;
beforeAll(async () => {
  caller = await newCaller(stack().url, { scopes: ['images', 'generate'] });
});

describe('POST /v1/images/generations', () => {
  it('answers OpenAI’s SDK as OpenAI does', async () => {
    const { data, response } = await caller.openai.images.generate(BODY).withResponse();
    const [picture] = data.data ?? [];
    expect(await inspectImage(Buffer.from(picture?.b64_json ?? '', 'base64'))).toMatchObject({
      format: 'png',
      width: 1024,
      height: 1024,
    });
    expect(data.usage).toMatchObject({ input_tokens: 9, output_tokens: 196 });
    const record = await recordOf(requestIdOf(response));
    expect(record).toMatchObject({
      route: 'v1/images/generations',
      provider: 'openai',
      model: 'gpt-image-2.5-flare',
      inputTokens: 9,
      outputTokens: 196,
      units: { images: 1 },
      costNanoUsd: 5_925_000,
      source: 'provider',
      overrun: false,
    });
  });

  it('sends and answers byte for byte', async () => {
    const sent = `{ "prompt":"h\\u00e9llo 世界",\n "model" : "gpt-image-2.5-flare", "size":"1024x1024","quality":"low", "n": 2 }`;
    const response = await post(PATH, sent, caller.key);
    expect(response.status).toBe(200);
    const text = await response.text();
    const requestId = requestIdOf(response);
    expect((await upstreamOf(requestId)).text).toBe(sent);
    // The sandbox's JSON has this order of fields.
    expect(text).toMatch(/^\{"created":\d+,"background":"opaque","output_format":"png"/);
    expect((await recordOf(requestId)).units).toEqual({ images: 2 });
  });

  it('streams', async () => {
    const { data: stream, response } = await caller.openai.images
      .generate({ ...BODY, stream: true, partial_images: 2 })
      .withResponse();
    const types: string[] = [];
    for await (const event of stream) types.push(event.type);
    expect(types).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
    expect(await recordOf(requestIdOf(response))).toMatchObject({
      outputTokens: 396,
      units: { images: 1 },
      status: 'ok',
      source: 'provider',
      overrun: false,
    });
  });

  it('settles a stream that is cut at its whole hold', async () => {
    const body = {
      ...BODY,
      prompt: '[[sandbox: fault=cut afterEvents=1]] A boat',
      stream: true,
      partial_images: 3,
    };
    const response = await post(PATH, JSON.stringify(body), caller.key);
    await response.text();
    const record = await recordOf(requestIdOf(response));
    expect(record).toMatchObject({ status: 'error', source: 'held', overrun: false });
    expect(record.costNanoUsd).toBe(record.heldNanoUsd);
    expect(record.costNanoUsd).toBeGreaterThan(0);
  });

  it.each<[string, object, number]>([
    ['a chat model', { model: 'gpt-4.1-mini' }, 400],
    ['a provider without such a route', { model: 'claude-haiku-4-5' }, 400],
    ['several in a stream', { n: 2, stream: true }, 422],
    ['a number of pictures that is none', { n: '2' }, 400],
    ['an animation, where a budget applies', { output_format: 'gif' }, 422],
    [
      'a drawing by another model, where a budget applies',
      { output_format: 'svg', svg: { model: 'gpt-6-sol' } },
      422,
    ],
    ['planning, where a budget applies', { complexity: 'high' }, 422],
  ])('refuses %s, in OpenAI’s shape', async (_, fields, status) => {
    const response = await post(PATH, JSON.stringify({ ...BODY, ...fields }), caller.key);
    const body = (await response.json()) as { error: { type: string; message: string } };
    expect({ status: response.status, body }).toMatchObject({
      status,
      body: { error: { type: 'invalid_request_error' } },
    });
  });

  it('answers OpenAI’s SDK from a Gemini model', async () => {
    const { data, response } = await caller.openai.images
      .generate({ model: 'gemini/gemini-nano-banana-2.1', prompt: 'A lighthouse at dusk', size: 'auto' })
      .withResponse();
    const bytes = Buffer.from(data.data?.[0]?.b64_json ?? '', 'base64');
    expect(await inspectImage(bytes)).toMatchObject({ format: 'png', width: 1024, height: 1024 });
    expect(data).toMatchObject({
      size: '1024x1024',
      output_format: 'png',
      usage: { input_tokens: 9, output_tokens: 1120, total_tokens: 1129 },
    });
    expect(await recordOf(requestIdOf(response))).toMatchObject({
      route: 'v1/images/generations',
      provider: 'gemini',
      imageOutputTokens: 1120,
      units: { images: 1 },
      // 9 x 1.5 + 1,120 x 30 per million
      costNanoUsd: 33_613_500,
      source: 'provider',
      overrun: false,
    });
  });

  it.each<[string, object, string]>([
    ['several', { n: 2 }, 'n'],
    ['a quality', { quality: 'low' }, 'quality'],
    ['a stream', { stream: true }, 'stream'],
  ])('says that a Gemini model can’t be sent %s, or leaves it out', async (_, fields, field) => {
    const body = JSON.stringify({ model: 'gemini-nano-banana-2.1', prompt: 'A boat', ...fields });
    const refused = await post(PATH, body, caller.key);
    expect([refused.status, await refused.json()]).toMatchObject([422, { error: { param: field } }]);
    const headers = { 'X-Firegate-Drop-Unsupported': 'true' };
    const dropped = await post(PATH, body, caller.key, headers);
    expect([dropped.status, dropped.headers.get('x-firegate-dropped')]).toEqual([200, field]);
  });

  it('tells that a Gemini model has made nothing, for what it took', async () => {
    const prompt = '[[sandbox: stop=content_filter reasoning=50]] A boat';
    const response = await post(
      PATH,
      JSON.stringify({ model: 'gemini-nano-banana-2.1', prompt }),
      caller.key,
    );
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { error: { type: 'invalid_request_error' } },
    ]);
    expect(await recordOf(requestIdOf(response))).toMatchObject({
      source: 'provider',
      outputTokens: 50,
      costNanoUsd: 384_000,
    });
  });

  it('holds a client token to the output that it grants', async () => {
    const { accessToken } = caller.user;
    const client = async (maxOutputTokens: number) =>
      new OpenAI({
        apiKey: await getClientToken(accessToken, { maxOutputTokens }),
        baseURL: `${stack().url}/gateway/v1`,
        maxRetries: 0,
      });
    await expect((await client(195)).images.generate(BODY)).rejects.toMatchObject({ status: 403 });
    expect((await (await client(196)).images.generate(BODY)).data).toHaveLength(1);
  });

  it('is listed among the models', async () => {
    const models = await caller.openai.models.list().catch(() => undefined);
    expect(models).toBeUndefined();
    const reader = await newCaller(stack().url, { scopes: ['models:read'] });
    const ids = (await reader.openai.models.list()).data.map(({ id }) => id);
    expect(ids).toContain('gpt-image-2.5-flare');
  });
});
