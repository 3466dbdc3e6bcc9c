import type OpenAI from 'openai';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { describe, expect, it } from 'vitest';
import { collect, useSandbox } from '../testing.ts';

const { openai } = useSandbox();

function params(prompt: string, rest: Partial<ChatCompletionCreateParams> = {}) {
  return {
    model: 'gpt-4o',
    messages: [{ role: 'user' as const, content: prompt }],
    ...rest,
    stream: false as const,
  };
}

const WEATHER: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const TIME: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_time',
    parameters: { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] },
  },
};

describe('chat completions', () => {
  it('answer as OpenAI does, with its headers', async () => {
    const { data, response, request_id } = await openai()
      .chat.completions.create(params('Hello'))
      .withResponse();
    expect(data).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-\w{29}$/),
      object: 'chat.completion',
      model: 'gpt-4o',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', refusal: null } }],
    });
    expect(data.choices[0]?.message.content).toContain('**Firegate sandbox**');
    expect(request_id).toMatch(/^req_[0-9a-f]{32}$/);
    expect(Number(response.headers.get('openai-processing-ms'))).toBeGreaterThan(0);
    expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('9999');
    expect(response.headers.get('x-ratelimit-limit-tokens')).toMatch(/^\d+$/);
  });

  it.each([
    ['', {}],
    ['[[sandbox: tokens=300 cached=120 cache_write=9 reasoning=44]]', {}],
    ['two choices', { n: 2 }],
    ['cut', { max_tokens: 17 }],
    ['[[sandbox: tool=get_weather,get_time]]', { tools: [WEATHER, TIME] }],
    ['[[sandbox: stop=refusal]]', {}],
    ['[[sandbox: stop=content_filter]]', {}],
  ] satisfies [string, Partial<ChatCompletionCreateParams>][])(
    'stream what they answer whole: %s',
    async (prompt, rest) => {
      const whole = await openai().chat.completions.create(params(prompt, rest));
      const streamed = await openai()
        .chat.completions.stream({
          ...params(prompt, rest),
          stream: true,
          stream_options: { include_usage: true },
        })
        .finalChatCompletion();
      expect(streamed.usage).toEqual(whole.usage);
      expect(streamed.choices).toHaveLength(whole.choices.length);
      for (const [index, choice] of whole.choices.entries()) {
        const other = streamed.choices[index];
        expect(other?.finish_reason).toBe(choice.finish_reason);
        expect(other?.message.content ?? '').toBe(choice.message.content ?? '');
        expect(other?.message.refusal ?? null).toBe(choice.message.refusal);
        const calls = (message: OpenAI.ChatCompletionMessage | undefined) =>
          message?.tool_calls?.map((call) => ('function' in call ? call.function : call.custom)) ?? [];
        expect(calls(other?.message)).toMatchObject(calls(choice.message));
      }
    },
  );

  it('send usage in a last chunk of its own, only when asked to', async () => {
    const request = { ...params('Hello'), stream: true as const };
    const without = await collect(await openai().chat.completions.create(request));
    expect(without.every((chunk) => chunk.usage === undefined && chunk.choices.length === 1)).toBe(true);
    const chunks = await collect(
      await openai().chat.completions.create({ ...request, stream_options: { include_usage: true } }),
    );
    const last = chunks.at(-1);
    expect(last).toMatchObject({ choices: [], usage: { prompt_tokens: expect.any(Number) } });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(chunks.length).toBeGreaterThan(20);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null });
  });

  it('cut the answer at the maximum, thinking included', async () => {
    const reply = await openai().chat.completions.create({
      ...params('[[sandbox: reasoning=10]]', { max_completion_tokens: 25 }),
      model: 'gpt-5',
    });
    expect(reply.choices[0]?.finish_reason).toBe('length');
    expect(reply.usage).toMatchObject({
      completion_tokens: 25,
      completion_tokens_details: { reasoning_tokens: 10 },
    });
  });

  it('cut at the model’s own maximum where the caller gives none', async () => {
    const { choices, usage } = await openai().chat.completions.create(params('[[sandbox: tokens=20000]]'));
    expect(choices[0]?.finish_reason).toBe('length');
    expect(usage?.completion_tokens).toBe(16_384);
  });

  it('call tools in parallel, streaming the arguments in fragments', async () => {
    const stream = await openai().chat.completions.create({
      ...params('[[sandbox: tool=get_weather,get_time]]', { tools: [WEATHER, TIME] }),
      stream: true,
    });
    const deltas = (await collect(stream)).flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    const byIndex = [0, 1].map((index) => deltas.filter((delta) => delta.index === index));
    for (const [index, name] of ['get_weather', 'get_time'].entries()) {
      const [first, ...rest] = byIndex[index] ?? [];
      expect(first).toMatchObject({ id: expect.stringMatching(/^call_/), function: { name, arguments: '' } });
      expect(rest.length).toBeGreaterThan(1);
      const text = rest.map((delta) => delta.function?.arguments ?? '').join('');
      expect(Object.values(JSON.parse(text) as object)).toEqual([expect.stringContaining('sandbox')]);
    }
  });

  it('honour tool_choice and parallel_tool_calls', async () => {
    const names = async (rest: Partial<ChatCompletionCreateParams>, prompt = 'Hi') => {
      const reply = await openai().chat.completions.create(
        params(prompt, { tools: [WEATHER, TIME], ...rest }),
      );
      const calls = reply.choices[0]?.message.tool_calls ?? [];
      return calls.map((call) => (call.type === 'function' ? call.function.name : ''));
    };
    expect(await names({ tool_choice: 'none' })).toEqual([]);
    expect(await names({ tool_choice: { type: 'function', function: { name: 'get_time' } } })).toEqual([
      'get_time',
    ]);
    expect(await names({ parallel_tool_calls: false }, '[[sandbox: tool=get_time,get_weather]]')).toEqual([
      'get_time',
    ]);
  });

  it('answer a tool result in words', async () => {
    const reply = await openai().chat.completions.create({
      model: 'gpt-4o',
      tools: [WEATHER],
      messages: [
        { role: 'user', content: 'Weather in Paris?' },
        {
          role: 'assistant',
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
      ],
    });
    expect(reply.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: expect.any(String) },
    });
  });

  it('write JSON that fits a given schema', async () => {
    const reply = await openai().chat.completions.parse({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'Hi' }],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'answer',
          schema: { type: 'object', properties: { n: { type: 'integer', minimum: 4 } }, required: ['n'] },
        },
      },
    });
    expect(JSON.parse(reply.choices[0]?.message.content ?? '')).toEqual({ n: 4 });
  });

  it('call custom tools with free text, and give log probabilities', async () => {
    const tools: OpenAI.ChatCompletionTool[] = [{ type: 'custom', custom: { name: 'shell' } }];
    const called = await openai().chat.completions.create(params('Hi', { tools }));
    expect(called.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      type: 'custom',
      custom: { name: 'shell', input: expect.stringContaining('sandbox') },
    });
    const { choices } = await openai().chat.completions.create(params('Hi', { logprobs: true }));
    const content = choices[0]?.logprobs?.content ?? [];
    expect(content.map((entry) => entry.token).join('')).toBe(choices[0]?.message.content);
  });
});

describe('models', () => {
  it('are listed and found', async () => {
    const models = await collect(openai().models.list());
    expect(models.map((model) => model.id)).toContain('gpt-4o');
    expect(await openai().models.retrieve('gpt-6-sol')).toMatchObject({ id: 'gpt-6-sol', object: 'model' });
  });
});
