import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { collect, rejection, useSandbox } from './testing.ts';

const { sandbox, openai, anthropic } = useSandbox();

/** The calls that every fault is tried on: each format, whole and streamed to its end. */
const CALLS = {
  chat: (signal?: AbortSignal) =>
    openai().chat.completions.create(
      { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] },
      { signal },
    ),
  responses: (signal?: AbortSignal) =>
    openai().responses.create({ model: 'gpt-4o', input: 'Hi' }, { signal }),
  messages: (signal?: AbortSignal) =>
    anthropic().messages.create(
      { model: 'claude-opus-5-5', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] },
      { signal: signal ?? null },
    ),
  'chat, streamed': async (signal?: AbortSignal) =>
    collect(
      await openai().chat.completions.create(
        { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }], stream: true },
        { signal },
      ),
    ),
  'responses, streamed': async (signal?: AbortSignal) =>
    collect(await openai().responses.create({ model: 'gpt-4o', input: 'Hi', stream: true }, { signal })),
  'messages, streamed': async (signal?: AbortSignal) =>
    collect(
      await anthropic().messages.create(
        {
          model: 'claude-opus-5-5',
          max_tokens: 100,
          messages: [{ role: 'user', content: 'Hi' }],
          stream: true,
        },
        { signal: signal ?? null },
      ),
    ),
} as const;

type Name = keyof typeof CALLS;
const NAMES = Object.keys(CALLS) as Name[];
const STREAMED = NAMES.filter((name) => name.endsWith('streamed'));
const WHOLE = NAMES.filter((name) => !name.endsWith('streamed'));
const sdkOf = (name: Name) => (name.startsWith('messages') ? Anthropic : OpenAI);

async function outcome(): Promise<string | undefined> {
  // The server notices a disconnect a moment after the client has left.
  await expect.poll(() => sandbox.recorder.list().at(-1)?.outcome).not.toBe('pending');
  return sandbox.recorder.list().at(-1)?.outcome;
}

describe.each(NAMES)('%s', (name) => {
  const sdk = sdkOf(name);

  it('rate_limit: RateLimitError with Retry-After, then all is well', async () => {
    sandbox.faults.add({ kind: 'rate_limit', retryAfterSeconds: 7 });
    const error = await rejection(CALLS[name]());
    expect(error).toBeInstanceOf(sdk.RateLimitError);
    if (!(error instanceof sdk.APIError)) throw error;
    expect(error.headers?.get('retry-after')).toBe('7');
    expect(error.requestID).toMatch(/^req_/);
    await expect(CALLS[name]()).resolves.toBeDefined();
  });

  it('server_error: InternalServerError, as often as planned', async () => {
    sandbox.faults.add({ kind: 'server_error', times: 2 });
    for (const _ of [1, 2]) expect(await rejection(CALLS[name]())).toMatchObject({ status: 500 });
    await expect(CALLS[name]()).resolves.toBeDefined();
  });

  it('overloaded: 503 from OpenAI, 529 from Anthropic', async () => {
    sandbox.faults.add({ kind: 'overloaded' });
    const error = await rejection(CALLS[name]());
    expect(error).toBeInstanceOf(sdk.InternalServerError);
    expect(error).toMatchObject({ status: sdk === OpenAI ? 503 : 529 });
  });

  it('status: whatever was planned', async () => {
    sandbox.faults.add({ kind: 'status', status: 422, body: { error: { message: 'Planned' } } });
    const error = await rejection(CALLS[name]());
    expect(error).toBeInstanceOf(sdk.UnprocessableEntityError);
    expect(error).toMatchObject({ message: expect.stringContaining('Planned') });
  });

  it('hang: nothing comes until the client gives up, which is noticed', async () => {
    sandbox.faults.add({ kind: 'hang' });
    const controller = new AbortController();
    const error = rejection(CALLS[name](controller.signal));
    await expect.poll(() => sandbox.recorder.list()).toMatchObject([{ fault: 'hang', status: null }]);
    controller.abort();
    expect(await error).toBeInstanceOf(sdk.APIUserAbortError);
    expect(await outcome()).toBe('client_disconnected');
  });

  it('slow: all of it, a little at a time', async () => {
    sandbox.faults.add({ kind: 'slow', delayMs: 2 });
    const startedAt = performance.now();
    await CALLS[name]();
    expect(performance.now() - startedAt).toBeGreaterThan(40);
  });
});

describe.each(WHOLE)('%s', (name) => {
  it('cut: the connection breaks in the body', async () => {
    sandbox.faults.add({ kind: 'cut' });
    const error = await rejection(CALLS[name]());
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toMatchObject({ status: expect.any(Number) });
    expect(await outcome()).toBe('cut');
  });

  it('malformed: 200 with JSON that does not end', async () => {
    sandbox.faults.add({ kind: 'malformed' });
    expect(await rejection(CALLS[name]())).toBeInstanceOf(SyntaxError);
    expect(sandbox.recorder.list()).toMatchObject([{ status: 200, fault: 'malformed' }]);
  });

  it('error_event: where nothing streams, a server error', async () => {
    sandbox.faults.add({ kind: 'error_event' });
    expect(await rejection(CALLS[name]())).toBeInstanceOf(sdkOf(name).InternalServerError);
  });
});

describe.each(STREAMED)('%s', (name) => {
  it('cut: the connection breaks after the planned events', async () => {
    sandbox.faults.add({ kind: 'cut', afterEvents: 5 });
    expect(await rejection(CALLS[name]())).toMatchObject({ message: 'terminated' });
    expect(await outcome()).toBe('cut');
    expect(sandbox.recorder.list()).toMatchObject([{ status: 200, events: 5 }]);
  });

  it('malformed: an event that is not JSON', async () => {
    sandbox.faults.add({ kind: 'malformed', afterEvents: 4 });
    expect(await rejection(CALLS[name]())).toBeInstanceOf(SyntaxError);
  });

  it('error_event: the error of the provider', async () => {
    sandbox.faults.add({ kind: 'error_event', afterEvents: 4 });
    const error = await rejection(CALLS[name]());
    expect(error).toBeInstanceOf(sdkOf(name).APIError);
    expect(error).toMatchObject({
      status: undefined,
      type: name === 'messages, streamed' ? 'overloaded_error' : 'server_error',
    });
  });

  it('hang with afterEvents: the stream begins and then stands still', async () => {
    sandbox.faults.add({ kind: 'hang', afterEvents: 4 });
    const controller = new AbortController();
    const call = CALLS[name](controller.signal).catch(() => undefined);
    await expect.poll(() => sandbox.recorder.list()).toMatchObject([{ status: 200, events: 4 }]);
    controller.abort();
    await call;
    expect(await outcome()).toBe('client_disconnected');
    expect(sandbox.recorder.list()).toMatchObject([{ status: 200, events: 4 }]);
  });
});

describe('planning', () => {
  const url = () => `${sandbox.url}/__sandbox/faults`;
  const plan = (body: unknown) => fetch(url(), { method: 'POST', body: JSON.stringify(body) });

  it('lists what is planned, until it is cleared', async () => {
    const planned = await plan({
      kind: 'cut',
      provider: 'openai',
      model: 'gpt-4o',
      times: 0,
      afterEvents: 2,
    });
    expect(planned.status).toBe(201);
    const listed: unknown = await (await fetch(url())).json();
    expect(listed).toMatchObject([{ kind: 'cut', provider: 'openai', model: 'gpt-4o', remaining: null }]);
    expect((await fetch(url(), { method: 'DELETE' })).status).toBe(204);
    expect(await (await fetch(url())).json()).toEqual([]);
  });

  it('strikes only the provider and the model that it names', async () => {
    sandbox.faults.add({ kind: 'server_error', provider: 'anthropic', times: -1 });
    sandbox.faults.add({ kind: 'server_error', model: 'gpt-5', times: -1 });
    await expect(CALLS.chat()).resolves.toBeDefined();
    for (const _ of [1, 2, 3]) expect(await rejection(CALLS.messages())).toMatchObject({ status: 500 });
  });

  it('can be part of a prompt, for that request alone', async () => {
    const ask = (content: string) =>
      openai().chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content }] });
    const error = await rejection(ask('[[sandbox: fault=rate_limit retryAfterSeconds=3]]'));
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    await expect(ask('Hi')).resolves.toBeDefined();
    expect(await rejection(ask('[[sandbox: fault=gremlins]]'))).toMatchObject({ status: 400 });
  });

  it.each([
    ['no kind', {}, 'kind is one of rate_limit'],
    ['an unknown kind', { kind: 'gremlins' }, 'kind is one of'],
    [
      'an unknown provider',
      { kind: 'cut', provider: 'acme' },
      'provider is one of anthropic, gemini, openai',
    ],
    ['a bad count', { kind: 'cut', times: 1.5 }, 'times is an integer'],
    ['a bad number', { kind: 'slow', delayMs: -1 }, 'delayMs is an integer from 0'],
    ['a status out of range', { kind: 'status', status: 99 }, 'status is an integer from 200'],
    ['an unknown field', { kind: 'cut', after: 3 }, 'there is no field "after"'],
    ['a list', [], 'JSON object'],
  ])('refuses %s', async (_, body, message) => {
    const response = await plan(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining(message) });
  });
});
