import { beforeAll, describe, expect, it } from 'vitest';
import { costAtRates } from '../../src/domain/pricing.ts';
import { inspectImage } from '../../src/services/images/inspect-image.ts';
import { loadSharp } from '../../src/services/images/sharp.ts';
import { animated, patch, picture, pixel } from '../../src/services/images/test-support.ts';
import { quota } from '../files/support.ts';
import { api } from '../harness/request.ts';
import { planFault, sandboxRequests } from '../harness/sandbox.ts';
import { signUp, type TestUser } from '../harness/users.ts';
import { firestore, recordOf, recordsOf, requestIdOf } from '../llm/support.ts';
import { bytesOf, CHEAP, type Made, make, stored, streamed } from './support.ts';

let user: TestUser;
let token: string;
beforeAll(async () => {
  user = await signUp();
  token = user.accessToken;
});

const nano = (usd: string) => Math.round(Number(usd) * 1e9);
/** As in a mask: transparent on its right half. */
async function mask(width: number, height: number): Promise<Buffer> {
  const sharp = await loadSharp();
  const clear = Buffer.alloc(width * height * 4, 255);
  for (let at = 0; at < width * height; at += 1) if (at % width >= width / 2) clear[at * 4 + 3] = 0;
  return sharp(clear, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

describe('images/generate', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('makes a %s, keeps it and bills what it took', async (format) => {
    const answer = await make('generate', token, { ...CHEAP, format });
    expect(answer.status).toBe(200);
    const { body } = answer;
    expect(body).toMatchObject({
      id: requestIdOf(answer),
      provider: 'openai',
      model: 'gpt-image-2.5-flare',
      usage: { inputTokens: 9, imageInputTokens: 0, outputTokens: 196 },
      // 9 x 5 + 196 x 30 = 5925 per million
      cost: { usd: '0.005925' },
    });
    expect(body.images).toHaveLength(1);
    expect(body.images[0]?.data).toBeUndefined();
    const file = body.images[0]?.file;
    expect(file).toMatchObject({
      source: 'generated',
      status: 'ready',
      mediaType: `image/${format}`,
      name: `a-lighthouse-at-dusk.${format === 'jpeg' ? 'jpg' : format}`,
      width: 1024,
      height: 1024,
    });
    const bytes = await bytesOf(token, file?.id ?? '');
    expect(await inspectImage(bytes)).toMatchObject({ format, width: 1024, height: 1024 });

    const record = await recordOf(body.id);
    expect(record).toMatchObject({
      route: 'images/generate',
      provider: 'openai',
      model: 'gpt-image-2.5-flare',
      status: 'ok',
      terminationReason: 'completed',
      source: 'provider',
      inputTokens: 9,
      outputTokens: 196,
      units: { images: 1 },
      costNanoUsd: 5_925_000,
      overrun: false,
    });
    expect(record.heldNanoUsd).toBeGreaterThanOrEqual(record.costNanoUsd);
    expect(answer.headers.get('ratelimit')).toContain('tokens');
    const [sent] = await sandboxRequests(body.id);
    expect(sent).toMatchObject({ path: '/v1/images/generations', body: { output_format: format, n: 1 } });
  });

  it('makes several, each a file, and gives them out as well', async () => {
    const before = await quota(token);
    const { body } = await make('generate', token, { ...CHEAP, n: 3, includeData: true, name: 'three.png' });
    expect(body.images.map(({ file }) => file.name)).toEqual(['three-1.png', 'three-2.png', 'three-3.png']);
    for (const { file, data } of body.images) {
      expect((await bytesOf(token, file.id)).toString('base64')).toBe(data);
    }
    expect(body.usage.outputTokens).toBe(3 * 196);
    expect((await recordOf(body.id)).units).toEqual({ images: 3 });
    const after = await quota(token);
    expect(after.used.files - before.used.files).toBe(3);
    // What was reserved beyond their size is given back.
    expect(after.used.bytes - before.used.bytes).toBe(
      body.images.reduce((sum, { file }) => sum + file.bytes, 0),
    );
  });

  it('takes every parameter to the provider', async () => {
    const { body, status } = await make('generate', token, {
      model: 'openai/gpt-image-2.5-sunburst',
      prompt: 'Two boats',
      size: '1536x864',
      quality: 'xhigh',
      background: 'transparent',
      format: 'webp',
      compression: 60,
    });
    expect({ status, model: body.model }).toEqual({ status: 200, model: 'gpt-image-2.5-sunburst' });
    const [sent] = await sandboxRequests(body.id);
    expect(sent?.body).toEqual({
      model: 'gpt-image-2.5-sunburst',
      prompt: 'Two boats',
      n: 1,
      size: '1536x864',
      quality: 'xhigh',
      background: 'transparent',
      output_format: 'webp',
      output_compression: 60,
      stream: false,
    });
    expect(body.images[0]?.file).toMatchObject({ width: 1536, height: 864 });
  });

  it('streams unfinished pictures, then one done', async () => {
    const { status, events } = await streamed('generate', token, { ...CHEAP, partialImages: 2 });
    expect(status).toBe(200);
    expect(events.map(({ event }) => event)).toEqual(['partial', 'partial', 'done']);
    const partials = events
      .slice(0, 2)
      .map(({ data }) => data as { index: number; data: string; mediaType: string });
    expect(partials.map(({ index, mediaType }) => [index, mediaType])).toEqual([
      [0, 'image/png'],
      [1, 'image/png'],
    ]);
    for (const { data } of partials) {
      expect(await inspectImage(Buffer.from(data, 'base64'))).toMatchObject({ width: 1024, height: 1024 });
    }
    const done = events.at(-1)?.data as Made;
    // Each unfinished one is 100 tokens more.
    expect(done.usage).toEqual({ inputTokens: 9, imageInputTokens: 0, outputTokens: 396 });
    expect(done.images[0]?.file).toMatchObject({ status: 'ready' });
    const record = await recordOf(done.id);
    expect(record).toMatchObject({ status: 'ok', outputTokens: 396, overrun: false });
    expect(record.timeToFirstTokenMs).toBeGreaterThanOrEqual(0);
    expect(nano(done.cost.usd)).toBe(record.costNanoUsd);
  });

  it('runs once under one Idempotency-Key', async () => {
    const headers = { 'Idempotency-Key': `images-${Date.now()}` };
    const first = await make('generate', token, CHEAP, { headers });
    const again = await make('generate', token, CHEAP, { headers });
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await sandboxRequests(first.body.id)).toHaveLength(1);
    const other = await make('generate', token, { ...CHEAP, prompt: 'Another' }, { headers });
    expect(other.status).toBe(409);
  });
});

describe('images/edit and images/variations', () => {
  it('changes a picture where the mask lets it', async () => {
    const image = await stored(token, await patch(256, 256, [0, 0, 255, 255]));
    const answer = await make('edit', token, {
      ...CHEAP,
      images: [image],
      mask: { data: (await mask(256, 256)).toString('base64') },
    });
    expect(answer.status).toBe(200);
    const { body } = answer;
    const bytes = await bytesOf(token, body.images[0]?.file.id ?? '');
    expect((await pixel(bytes, 100, 500)).slice(0, 3)).toEqual([0, 0, 255]);
    expect((await pixel(bytes, 900, 500)).slice(0, 3)).not.toEqual([0, 0, 255]);
    // 9 x 5 + 512 x 8 + 196 x 30 = 10021 per million
    expect(body).toMatchObject({
      usage: { inputTokens: 521, imageInputTokens: 512, outputTokens: 196 },
      cost: { usd: '0.010021' },
    });
    const record = await recordOf(body.id);
    expect(record).toMatchObject({ route: 'images/edit', imageInputTokens: 512, costNanoUsd: 10_021_000 });
    if (!record.price) throw new Error('no price');
    expect(costAtRates(record, record.price)).toBe(record.costNanoUsd);
    const [sent] = await sandboxRequests(body.id);
    expect(sent).toMatchObject({ path: '/v1/images/edits', body: { mask: { type: 'image/png' } } });
  });

  it('takes the mask as a file, and several pictures', async () => {
    const images = await Promise.all([
      stored(token, await picture('png', 128, 128)),
      stored(token, await picture('jpeg', 200, 100), 'image/jpeg'),
      stored(token, await picture('webp', 64, 64), 'image/webp'),
    ]);
    const maskFile = await stored(token, await mask(128, 128));
    const { status, body } = await make('edit', token, { ...CHEAP, images, mask: { fileId: maskFile } });
    expect(status).toBe(200);
    expect(body.usage.imageInputTokens).toBe(4 * 256);
  });

  it('streams', async () => {
    const image = await stored(token, await picture('png'));
    const { events } = await streamed('edit', token, { ...CHEAP, images: [image], partialImages: 1 });
    expect(events.map(({ event }) => event)).toEqual(['partial', 'done']);
  });

  it('varies a picture by editing it', async () => {
    const image = await stored(token, await picture('png'));
    const { status, body } = await make('variations', token, {
      image,
      size: '1024x1024',
      quality: 'low',
      n: 2,
    });
    expect(status).toBe(200);
    expect(body.images).toHaveLength(2);
    const [sent] = await sandboxRequests(body.id);
    expect(sent).toMatchObject({
      path: '/v1/images/edits',
      body: { prompt: expect.stringContaining('variation') },
    });
    expect((await recordOf(body.id)).route).toBe('images/variations');
  });

  // Each takes 4 MiB of 64 for its mask.
  it.each<[string, object, Record<string, string>, number]>([
    ['that succeeds', {}, {}, 200],
    ['that streams', { stream: true }, {}, 200],
    ['that is refused', { model: 'gemini-nano-banana-2.1' }, {}, 422],
    ['that is run once', {}, { 'Idempotency-Key': 'once' }, 200],
    ['whose mask does not fit', { prompt: 'larger' }, {}, 422],
  ])('gives back the memory of one %s', async (_, fields, headers, status) => {
    const { accessToken } = await signUp();
    const image = await stored(accessToken, await picture('png', 64, 64));
    const side = 'prompt' in fields ? 65 : 64;
    const body = {
      ...CHEAP,
      images: [image],
      mask: { data: (await mask(side, side)).toString('base64') },
      ...fields,
    };
    for (let nth = 1; nth <= 17; nth += 1) {
      expect((await make('edit', accessToken, body, { headers })).status).toBe(status);
    }
  });

  it.each<[string, () => Promise<object>, number]>([
    [
      'a mask of another size',
      async () => ({ mask: { data: (await mask(10, 10)).toString('base64') } }),
      422,
    ],
    [
      'a mask without transparency',
      async () => ({ mask: { data: (await picture('png')).toString('base64') } }),
      422,
    ],
    ['a mask that is no picture', async () => ({ mask: { data: 'AAAA' } }), 415],
    ['an AVIF', async () => ({ images: [await stored(token, await picture('avif'), 'image/avif')] }), 415],
    [
      'an animation',
      async () => ({
        images: [
          await stored(
            token,
            await animated('gif', [
              [1, 2, 3],
              [9, 9, 0],
            ]),
            'image/gif',
          ),
        ],
      }),
      415,
    ],
    [
      'another user’s picture',
      async () => ({ images: [await stored((await signUp()).accessToken, await picture('png'))] }),
      404,
    ],
    ['no picture', async () => ({ images: [] }), 400],
  ])('refuses %s before anything is paid for', async (_, fields, status) => {
    const image = await stored(token, await picture('png'));
    const edits = async () =>
      (await recordsOf(user.uid)).filter(({ route }) => route === 'images/edit').length;
    const before = await edits();
    const answer = await make('edit', token, { ...CHEAP, images: [image], ...(await fields()) });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status });
    expect(await edits()).toBe(before);
  });
});

describe('Gemini’s models', () => {
  const NANO = { model: 'gemini-nano-banana-2.1', prompt: 'A lighthouse at dusk' };

  it.each(['png', 'jpeg', 'webp'] as const)(
    'make a %s, though they deliver JPEGs, billed by picture and thought',
    async (format) => {
      const prompt = `[[sandbox: reasoning=100]] ${NANO.prompt}`;
      const answer = await make('generate', token, { ...NANO, prompt, format, size: '1376x768' });
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
      const { body } = answer;
      // 9 x 1.5 + 100 x 7.5 + 1,120 x 30 = 34,363.5 per million
      expect(body).toMatchObject({
        provider: 'gemini',
        model: 'gemini-nano-banana-2.1',
        usage: { inputTokens: 9, imageInputTokens: 0, outputTokens: 1220 },
        cost: { usd: '0.0343635' },
      });
      const file = body.images[0]?.file;
      expect(file).toMatchObject({ mediaType: `image/${format}`, width: 1376, height: 768, status: 'ready' });
      const bytes = await bytesOf(token, file?.id ?? '');
      expect(await inspectImage(bytes)).toMatchObject({ format, width: 1376, height: 768 });
      const record = await recordOf(body.id);
      expect(record).toMatchObject({
        route: 'images/generate',
        provider: 'gemini',
        status: 'ok',
        source: 'provider',
        outputTokens: 1220,
        imageOutputTokens: 1120,
        reasoningTokens: 100,
        units: { images: 1 },
        costNanoUsd: 34_363_500,
        overrun: false,
      });
      if (!record.price) throw new Error('no price');
      expect(costAtRates(record, record.price)).toBe(record.costNanoUsd);
      expect(record.heldNanoUsd).toBeGreaterThanOrEqual(record.costNanoUsd);
      const [sent] = await sandboxRequests(body.id);
      expect(sent).toMatchObject({
        path: '/v1beta/models/gemini-nano-banana-2.1:generateContent',
        body: {
          generationConfig: {
            responseModalities: ['IMAGE'],
            maxOutputTokens: 8192,
            imageConfig: { aspectRatio: '16:9' },
          },
        },
      });
    },
  );

  it.each([
    ['gemini-3-pro-image', '4096x4096', '0.24'],
    ['gemini-3.1-flash-lite-image', 'auto', '0.0336'],
  ])('%s makes a picture of %s', async (model, size, least) => {
    const { status, body } = await make('generate', token, { ...NANO, model, size, includeData: true });
    expect({ status, model: body.model }).toEqual({ status: 200, model });
    expect(nano(body.cost.usd)).toBeGreaterThanOrEqual(nano(least));
    const bytes = Buffer.from(body.images[0]?.data ?? '', 'base64');
    expect((await inspectImage(bytes)).format).toBe('png');
  });

  it('change pictures by words, each of which counts', async () => {
    const images = await Promise.all([
      stored(token, await picture('png', 128, 128)),
      stored(token, await picture('webp', 64, 64), 'image/webp'),
    ]);
    const { status, body } = await make('edit', token, { ...NANO, images });
    expect(status).toBe(200);
    expect(body.usage).toMatchObject({ inputTokens: 2249, imageInputTokens: 2240 });
    const [sent] = await sandboxRequests(body.id);
    const { contents } = (sent?.body ?? {}) as { contents: { parts: { inlineData?: object }[] }[] };
    expect(contents[0]?.parts.map(({ inlineData }) => inlineData !== undefined)).toEqual([true, true, false]);
    const varied = await make('variations', token, { image: images[0], model: NANO.model });
    expect(varied.status).toBe(200);
  });

  it('stream the finished picture alone', async () => {
    const { events } = await streamed('generate', token, { ...NANO, partialImages: 2 });
    expect(events.map(({ event }) => event)).toEqual(['done']);
  });

  it.each<[string, object]>([
    ['n', { n: 2 }],
    ['size', { size: '1536x1024' }],
    ['quality', { quality: 'low' }],
    ['background', { background: 'transparent' }],
    ['compression', { format: 'jpeg', compression: 10 }],
  ])('say what they can’t be sent: %s', async (field, fields) => {
    const answer = await make('generate', token, { ...NANO, ...fields });
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 422,
      body: { error: { code: 'unprocessable', details: { field } } },
    });
  });

  it('take no mask', async () => {
    const image = await stored(token, await picture('png', 64, 64));
    const data = (await mask(64, 64)).toString('base64');
    const answer = await make('edit', token, { ...NANO, images: [image], mask: { data } });
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 422,
      body: { error: { details: { field: 'mask' } } },
    });
  });

  it('may make none: what they thought is paid for, and no room stays taken', async () => {
    const before = await quota(token);
    const prompt = '[[sandbox: stop=content_filter reasoning=50]] A boat';
    const answer = await make('generate', token, { ...NANO, prompt });
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 422,
      body: { error: { code: 'unprocessable' } },
    });
    expect(await recordOf(requestIdOf(answer))).toMatchObject({
      source: 'provider',
      outputTokens: 50,
      // 6 x 1.5 + 50 x 7.5 per million
      costNanoUsd: 384_000,
    });
    expect(await quota(token)).toEqual(before);
  });

  it('are paid for in full where the answer is lost', async () => {
    const before = await quota(token);
    const answer = await make('generate', token, { ...NANO, prompt: '[[sandbox: fault=malformed]] A boat' });
    expect(answer.status).toBe(502);
    const record = await recordOf(requestIdOf(answer));
    expect(record).toMatchObject({ status: 'error', source: 'held', overrun: false });
    expect(record.costNanoUsd).toBe(record.heldNanoUsd);
    expect(await quota(token)).toEqual(before);
  });
});

describe('what is refused', () => {
  it.each<[string, object, number, string]>([
    ['a chat model', { model: 'gpt-4.1-mini' }, 400, 'invalid_request'],
    ['a retired model', { model: 'dall-e-3' }, 400, 'invalid_request'],
    ['a provider without image models', { provider: 'anthropic' }, 422, 'unprocessable'],
    ['several in a stream', { stream: true, n: 2 }, 400, 'invalid_request'],
    ['a transparent JPEG', { format: 'jpeg', background: 'transparent' }, 400, 'invalid_request'],
    ['a compressed PNG', { compression: 10 }, 400, 'invalid_request'],
    ['an unknown field', { style: 'vivid' }, 400, 'invalid_request'],
    ['no prompt', { prompt: '' }, 400, 'invalid_request'],
    ['a size that the provider has not', { size: '1000x1000' }, 422, 'unprocessable'],
  ])('%s', async (_, fields, status, code) => {
    const answer = await make('generate', token, { ...CHEAP, ...fields });
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { error: { code } } });
  });

  it('what the budget can’t bear, with nothing held and nothing reserved', async () => {
    const key = await keyWith({ budget: { usd: '0.05', period: 'day' } });
    const before = await quota(token);
    // 7,024 tokens at 30 USD per million are 0.21 USD.
    const answer = await make('generate', key, { ...CHEAP, quality: 'max' });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 422 });
    expect(await quota(token)).toEqual(before);
    expect((await make('generate', key, CHEAP)).status).toBe(200);
  });

  it('keys without the scope, and models that a key does not list', async () => {
    expect((await make('generate', await keyWith({}), CHEAP)).status).toBe(200);
    expect((await make('generate', await keyWith({ scopes: ['generate'] }), CHEAP)).status).toBe(403);
    const other = await keyWith({ models: ['gpt-image-2'] });
    expect((await make('generate', other, CHEAP)).status).toBe(403);
    expect((await make('generate', other, { ...CHEAP, model: 'gpt-image-2' })).status).toBe(200);
  });
});

describe('when the provider fails', () => {
  const fault = (text: string) => ({ ...CHEAP, prompt: `[[sandbox: ${text}]] A boat` });

  it('a refusal is told, costs nothing and leaves no room reserved', async () => {
    const before = await quota(token);
    const answer = await make('generate', token, fault('fault=status status=400'));
    expect(answer.status).toBe(422);
    expect(await recordOf(requestIdOf(answer))).toMatchObject({ status: 'error', costNanoUsd: 0 });
    expect(await quota(token)).toEqual(before);
  });

  it('an answer that is cut is paid for as the most that it can have been', async () => {
    const before = await quota(token);
    const answer = await make('generate', token, fault('fault=malformed'));
    expect(answer.status).toBe(502);
    const record = await recordOf(requestIdOf(answer));
    expect(record).toMatchObject({ status: 'error', overrun: false });
    expect(record.costNanoUsd).toBeGreaterThanOrEqual(5_880_000);
    expect(await quota(token)).toEqual(before);
  });

  it.each(['error_event', 'cut'])('a stream that breaks by %s ends with one error', async (kind) => {
    const { events } = await streamed('generate', token, {
      ...fault(`fault=${kind} afterEvents=2`),
      partialImages: 3,
    });
    const last = events.pop();
    expect(last?.event).toBe('error');
    expect(events.every(({ event }) => event === 'partial')).toBe(true);
    const { error } = (last?.data ?? {}) as { error: { code: string; requestId: string } };
    expect(error.code).toBe('upstream_error');
    const record = await recordOf(error.requestId);
    expect(record).toMatchObject({ status: 'error', source: 'held', overrun: false });
    expect(record.costNanoUsd).toBe(record.heldNanoUsd);
    // What was shown is not made again.
    if (kind === 'error_event') {
      expect(events).toHaveLength(2);
      expect(record.attempts).toHaveLength(1);
    }
  });

  it('a hiccup before anything came is tried again', async () => {
    await planFault({ provider: 'openai', model: 'gpt-image-2', kind: 'overloaded', times: 1 });
    const answer = await make('generate', token, { ...CHEAP, model: 'gpt-image-2' });
    expect(answer.status).toBe(200);
    const record = await recordOf(answer.body.id);
    expect(record.attempts.map(({ status }) => status)).toEqual(['error', 'ok']);
    expect(record.costNanoUsd).toBe(nano(answer.body.cost.usd));
  });
});

async function keyWith(fields: object): Promise<string> {
  const body = { name: 'images', scopes: ['images'], ...fields };
  return (await api<{ key: string }>('api-keys', { token, body })).body.key;
}

describe('when there is no room', () => {
  it('nothing is sent, nothing is paid for', async () => {
    const full = await signUp();
    await api('auth/me', { token: full.accessToken });
    await firestore.doc(`fileQuotas/${full.uid}`).set({ bytes: 2 * 1024 ** 3 - 1000, files: 1 });
    const answer = await make('generate', full.accessToken, CHEAP);
    expect(answer.status).toBe(409);
    expect(await sandboxRequests(requestIdOf(answer))).toEqual([]);
    expect(await recordOf(requestIdOf(answer))).toMatchObject({ status: 'error', costNanoUsd: 0 });
  });
});
