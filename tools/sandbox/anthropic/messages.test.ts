import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { collect, useSandbox } from '../testing.ts';

const { anthropic } = useSandbox();

type Params = Anthropic.MessageCreateParamsNonStreaming;

function params(prompt: string, rest: Partial<Params> = {}): Params {
  return {
    model: 'claude-opus-5-5',
    max_tokens: 1024,
    messages: [{ role: 'user', content: prompt }],
    ...rest,
  };
}

const TOOLS: Anthropic.Tool[] = ['get_weather', 'get_time'].map((name) => ({
  name,
  input_schema: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
}));

/** What must be the same streamed and whole: all but ids. */
function essence({ content, stop_reason, stop_sequence, stop_details, usage }: Anthropic.Message): unknown {
  const blocks = content.map((block) => ({ ...block, ...('id' in block ? { id: null } : {}) }));
  return { blocks, stop_reason, stop_sequence, stop_details, usage };
}

const CASES: [string, Params][] = [
  ['plain', params('Hello')],
  ['cut', params('Hello', { max_tokens: 12 })],
  ['a system prompt', params('Hello', { system: [{ type: 'text', text: 'Be brief' }] })],
  ['counts', params('[[sandbox: tokens=90 cached=50 cache_write=5 cache_write_long=3 reasoning=40]]')],
  ['thinking', params('Hello', { thinking: { type: 'adaptive', display: 'summarized' } })],
  ['thinking unseen', params('Hello', { thinking: { type: 'adaptive' } })],
  [
    'an older model thinking',
    params('Hello', {
      model: 'claude-haiku-4-5',
      max_tokens: 2048,
      thinking: { type: 'enabled', budget_tokens: 1024 },
    }),
  ],
  ['a stop sequence', params('[[sandbox: text="one two three"]]', { stop_sequences: ['two'] })],
  ['refusal', params('[[sandbox: stop=refusal]]')],
  ['parallel tools', params('[[sandbox: tool=get_weather,get_time]]', { tools: TOOLS })],
  [
    'JSON',
    params('Hi', {
      output_config: {
        format: { type: 'json_schema', schema: { type: 'object', properties: { n: { type: 'integer' } } } },
      },
    }),
  ],
];

describe('messages', () => {
  it.each(CASES)('stream what they answer whole: %s', async (_, request) => {
    const whole = await anthropic().messages.create(request);
    const streamed = await anthropic().messages.stream(request).finalMessage();
    expect(essence(streamed)).toEqual(essence(whole));
  });

  it('answer as Anthropic does, with its headers', async () => {
    const { data, response, request_id } = await anthropic().messages.create(params('Hello')).withResponse();
    expect(data).toMatchObject({
      id: expect.stringMatching(/^msg_01\w{22}$/),
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5-5',
      stop_reason: 'end_turn',
      stop_sequence: null,
      content: [{ type: 'text', text: expect.stringContaining('Firegate sandbox') }],
    });
    expect(request_id).toMatch(/^req_011\w{21}$/);
    expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toBe('3999');
    expect(response.headers.get('anthropic-ratelimit-input-tokens-limit')).toMatch(/^\d+$/);
    expect(response.headers.get('anthropic-ratelimit-tokens-reset')).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/);
  });

  it('cut the answer at the maximum', async () => {
    const message = await anthropic().messages.create(params('Hello', { max_tokens: 7 }));
    expect(message).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 7 } });
  });

  it('count cached and written tokens apart from the input', async () => {
    const { usage } = await anthropic().messages.create(
      params('[[sandbox: input=300 cached=100 cache_write=20 cache_write_long=5]]'),
    );
    expect(usage).toMatchObject({
      input_tokens: 175,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 25,
      cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 5 },
    });
  });

  it('send the documented sequence of events', async () => {
    const events = await collect(await anthropic().messages.create({ ...params('Hello'), stream: true }));
    const types = events.map((event) => event.type).filter((type, index, all) => type !== all[index - 1]);
    expect(types).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    const [start] = events;
    expect(start).toMatchObject({ message: { content: [], stop_reason: null, usage: { output_tokens: 1 } } });
    expect(events.length).toBeGreaterThan(20);
  });

  it('call tools in parallel, streaming the input in fragments', async () => {
    const stream = await anthropic().messages.create({
      ...params('[[sandbox: tool=get_weather,get_time]]', { tools: TOOLS }),
      stream: true,
    });
    const events = await collect(stream);
    const fragments = events.flatMap((event) =>
      event.type === 'content_block_delta' && event.delta.type === 'input_json_delta'
        ? [{ index: event.index, text: event.delta.partial_json }]
        : [],
    );
    for (const index of [1, 2]) {
      const texts = fragments.filter((fragment) => fragment.index === index).map(({ text }) => text);
      expect(texts.length).toBeGreaterThan(2);
      expect(JSON.parse(texts.join(''))).toEqual({ place: 'sandbox place' });
    }
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
  });

  it('honour tool_choice', async () => {
    const names = async (tool_choice: Anthropic.ToolChoice, prompt = 'Hi') => {
      const { content } = await anthropic().messages.create(
        params(prompt, { model: 'claude-sonnet-5', tools: TOOLS, tool_choice }),
      );
      return content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : []));
    };
    expect(await names({ type: 'none' })).toEqual([]);
    expect(await names({ type: 'any' })).toEqual(['get_weather']);
    expect(await names({ type: 'tool', name: 'get_time' })).toEqual(['get_time']);
    const both = '[[sandbox: tool=get_weather,get_time]]';
    expect(await names({ type: 'auto', disable_parallel_tool_use: true }, both)).toEqual(['get_weather']);
  });

  it('answer a tool result in words', async () => {
    const message = await anthropic().messages.create({
      ...params('', { tools: TOOLS }),
      messages: [
        { role: 'user', content: 'Weather? [[sandbox: tool=get_weather]]' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'sunny' }] },
      ],
    });
    expect(message.stop_reason).toBe('end_turn');
  });

  it('count their input beforehand', async () => {
    const { model, messages } = params('Count this');
    const counted = await anthropic().messages.countTokens({ model, messages, tools: TOOLS });
    const message = await anthropic().messages.create(
      params('Count this', { tools: TOOLS, tool_choice: { type: 'none' } }),
    );
    expect(message.usage.input_tokens).toBe(counted.input_tokens);
  });
});

describe('models', () => {
  it('are listed page by page, and found', async () => {
    const whole = await collect(anthropic().models.list());
    const paged = await collect(anthropic().models.list({ limit: 3 }));
    expect(paged.map((model) => model.id)).toEqual(whole.map((model) => model.id));
    const before = await anthropic().models.list({ limit: 2, before_id: whole[3]?.id ?? '' });
    expect(before.data.map((model) => model.id)).toEqual([whole[1]?.id, whole[2]?.id]);
    expect(await anthropic().models.retrieve('claude-opus-4-5')).toMatchObject({
      display_name: 'Claude Opus 4.5',
      max_tokens: 64_000,
      line: 'opus',
    });
  });
});
