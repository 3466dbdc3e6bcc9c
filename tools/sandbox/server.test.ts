import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { createSandbox } from './server.ts';
import { collect, rejection, useSandbox } from './testing.ts';

const { sandbox, openai, anthropic } = useSandbox();

const chat = (prompt: string) => ({
  model: 'gpt-4o',
  messages: [{ role: 'user' as const, content: prompt }],
});

describe('URLs', () => {
  it('without the provider’s segment tell it by path and headers', async () => {
    const bareOpenai = new OpenAI({ apiKey: 'key', baseURL: `${sandbox.url}/v1` });
    const bareAnthropic = new Anthropic({ apiKey: 'key', baseURL: sandbox.url });
    await bareOpenai.chat.completions.create(chat('Hi'));
    await bareOpenai.responses.create({ model: 'gpt-4o', input: 'Hi' });
    await bareAnthropic.messages.create({
      model: 'claude-opus-5-5',
      max_tokens: 10,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const [first] = await collect(bareAnthropic.models.list());
    const [other] = await collect(bareOpenai.models.list());
    expect(first?.type).toBe('model');
    expect(other?.object).toBe('model');
    expect(sandbox.recorder.list().map(({ provider, path }) => `${provider} ${path}`)).toEqual([
      'openai /v1/chat/completions',
      'openai /v1/responses',
      'anthropic /v1/messages',
      'anthropic /v1/models',
      'openai /v1/models',
    ]);
  });

  it('of the sandbox itself answer in JSON', async () => {
    expect(await (await fetch(`${sandbox.url}/__sandbox/health`)).json()).toEqual({
      status: 'ok',
      providers: ['anthropic', 'gemini', 'openai'],
    });
    expect((await fetch(`${sandbox.url}/__sandbox/nothing`)).status).toBe(404);
  });
});

describe('the recorder', () => {
  const url = () => `${sandbox.url}/__sandbox/requests`;

  it('tells what reached the sandbox, keys masked', async () => {
    await openai().chat.completions.create(chat('Remember me'), { headers: { 'X-Request-Id': 'req-123' } });
    await anthropic().messages.create({
      model: 'claude-opus-5-5',
      max_tokens: 10,
      messages: [{ role: 'user', content: 'Me too' }],
    });
    const listed: unknown = await (await fetch(url())).json();
    expect(listed).toMatchObject([
      {
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        provider: 'openai',
        path: '/v1/chat/completions',
        requestId: 'req-123',
        body: { messages: [{ content: 'Remember me' }] },
        headers: {
          'user-agent': expect.stringMatching(/^OpenAI\/JS /),
          'x-stainless-lang': 'js',
          authorization: 'Bearer sk-s…-key',
        },
        outcome: 'completed',
      },
      {
        provider: 'anthropic',
        requestId: null,
        headers: { 'user-agent': expect.stringMatching(/^Anthropic\/JS /) },
      },
    ]);
    expect(JSON.stringify(listed)).not.toContain('sk-sandbox-test-key');
  });

  it('forgets on request', async () => {
    await openai().models.list();
    expect((await fetch(url(), { method: 'DELETE' })).status).toBe(204);
    expect(await (await fetch(url())).json()).toEqual([]);
  });

  it('keeps the size of a body that is too large to keep', async () => {
    await openai().chat.completions.create(chat('x'.repeat(1024 * 1024)));
    expect(sandbox.recorder.list()).toMatchObject([{ body: { truncated: true } }]);
  });

  it('keeps the size of one that is refused as too large', async () => {
    const error = await rejection(openai().chat.completions.create(chat('x'.repeat(64 * 1024 * 1024))));
    expect(error).toMatchObject({ status: 413 });
    expect(sandbox.recorder.list()).toMatchObject([{ status: 413, body: { truncated: true } }]);
  });

  it('keeps the last 10,000', () => {
    for (let index = 0; index < 10_010; index += 1) {
      const facts = { provider: 'p', method: 'GET', path: `/${index}`, headers: {}, body: null, text: null };
      sandbox.recorder.add({ ...facts, upstreamRequestId: '' }, 0);
    }
    const kept = sandbox.recorder.list();
    expect(kept).toHaveLength(10_000);
    expect(kept[0]?.path).toBe('/10');
  });
});

describe('a stream', () => {
  it('stops when the client leaves it', async () => {
    const stream = await openai().chat.completions.create({
      ...chat('[[sandbox: tokens=10000 delay=1]]'),
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    await expect.poll(() => sandbox.recorder.list()[0]?.outcome).toBe('client_disconnected');
    const events = sandbox.recorder.list()[0]?.events ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(sandbox.recorder.list()[0]?.events).toBe(events);
    expect(events).toBeLessThan(5000);
  });

  it('waits for a client that does not read', async () => {
    const controller = new AbortController();
    const response = await fetch(`${sandbox.url}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer key' },
      body: JSON.stringify({ ...chat('[[sandbox: tokens=120000]]'), model: 'gpt-5', stream: true }),
      signal: controller.signal,
    });
    expect(response.status).toBe(200);
    const events = () => sandbox.recorder.list()[0]?.events ?? 0;
    let before = -1;
    // It has come to a stand when nothing is written for a while.
    await expect
      .poll(
        () => {
          const still = events() === before && before > 0;
          before = events();
          return still;
        },
        { interval: 100, timeout: 10_000 },
      )
      .toBe(true);
    expect(events()).toBeLessThan(60_000);
    controller.abort();
    await expect.poll(() => sandbox.recorder.list()[0]?.outcome).toBe('client_disconnected');
  });

  it('is paced by the sandbox’s delay', async () => {
    const slow = await createSandbox({ delayMs: 5 }).start();
    const client = new OpenAI({ apiKey: 'key', baseURL: `${slow.url}/openai/v1` });
    const startedAt = performance.now();
    await collect(await client.chat.completions.create({ ...chat('[[sandbox: tokens=40]]'), stream: true }));
    expect(performance.now() - startedAt).toBeGreaterThan(20 * 5 - 5);
    await slow.stop();
  });

  it('runs beside 150 others', async () => {
    const client = openai();
    const texts = await Promise.all(
      Array.from({ length: 150 }, async (_, index) => {
        const stream = await client.chat.completions.create({
          ...chat(`[[sandbox: tokens=60 delay=1]] ${index}`),
          stream: true,
        });
        return (await collect(stream)).map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
      }),
    );
    expect(texts.every((text) => text.includes('Firegate sandbox'))).toBe(true);
  });
});

describe('stopping', () => {
  it('gives answers under way their time, and no more', async () => {
    const own = await createSandbox().start();
    const client = new OpenAI({ apiKey: 'key', baseURL: `${own.url}/openai/v1`, maxRetries: 0 });
    const quick = client.chat.completions.create(chat('[[sandbox: delay=50]]'));
    own.faults.add({ kind: 'hang', model: 'o3' });
    const hanging = rejection(client.chat.completions.create({ ...chat('Hi'), model: 'o3' }));
    await expect.poll(() => own.recorder.list().length).toBe(2);
    const startedAt = performance.now();
    await own.stop(300);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    await expect(quick).resolves.toBeDefined();
    expect(await hanging).toBeInstanceOf(OpenAI.APIConnectionError);
  });

  it('a taken port is an error of the start', async () => {
    await expect(createSandbox({ port: sandbox.port }).start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
