import type OpenAI from 'openai';
import type { ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import { collect, rejection, useSandbox } from '../testing.ts';

const { openai } = useSandbox();

const TOOLS: OpenAI.Responses.FunctionTool[] = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  name,
  strict: true,
  parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
}));

/** What must be the same streamed and whole: all but ids and times. */
function essence(response: OpenAI.Responses.Response): unknown {
  return {
    status: response.status,
    incomplete: response.incomplete_details,
    usage: response.usage,
    text: response.output_text,
    items: response.output.map((item) => ({
      type: item.type,
      ...('status' in item ? { status: item.status } : {}),
      ...(item.type === 'function_call' ? { name: item.name, arguments: item.arguments } : {}),
      ...(item.type === 'custom_tool_call' ? { name: item.name, input: item.input } : {}),
      ...(item.type === 'reasoning' ? { summary: item.summary } : {}),
    })),
  };
}

const CASES: [string, ResponseCreateParamsNonStreaming][] = [
  ['plain', { model: 'gpt-5', input: 'Hello' }],
  [
    'a conversation',
    { model: 'gpt-4o', input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }] },
  ],
  ['cut', { model: 'gpt-5', input: 'Hello', max_output_tokens: 20 }],
  ['counts', { model: 'gpt-5', input: '[[sandbox: tokens=90 cached=50 cache_write=5 reasoning=40]]' }],
  ['thinking aloud', { model: 'o3', input: 'Hello', reasoning: { effort: 'high', summary: 'auto' } }],
  ['refusal', { model: 'gpt-4o', input: '[[sandbox: stop=refusal]]' }],
  ['content filter', { model: 'gpt-4o', input: '[[sandbox: stop=content_filter]]' }],
  ['tools', { model: 'gpt-4o', input: '[[sandbox: tool=get_weather,get_time]]', tools: TOOLS }],
  [
    'tools, cut',
    {
      model: 'gpt-4o',
      input: '[[sandbox: tool=get_weather,get_time,get_time]]',
      tools: TOOLS,
      max_output_tokens: 22,
    },
  ],
  ['custom tool', { model: 'gpt-4o', input: 'Hi', tools: [{ type: 'custom', name: 'shell' }] }],
];

describe('responses', () => {
  it.each(CASES)('stream what they answer whole: %s', async (_, params) => {
    const whole = await openai().responses.create(params);
    const streamed = await openai()
      .responses.stream({ ...params, stream: true })
      .finalResponse();
    expect(essence(streamed)).toEqual(essence(whole));
  });

  it('answer as OpenAI does', async () => {
    const response = await openai().responses.create({
      model: 'gpt-4o',
      input: 'Hello',
      instructions: 'Be brief',
    });
    expect(response).toMatchObject({
      id: expect.stringMatching(/^resp_[0-9a-f]{48}$/),
      object: 'response',
      status: 'completed',
      instructions: 'Be brief',
      model: 'gpt-4o',
      error: null,
      output: [{ type: 'message', role: 'assistant', status: 'completed' }],
    });
    expect(response.output_text).toContain('Firegate sandbox');
    const { usage } = response;
    expect(usage?.total_tokens).toBe((usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0));
  });

  it('say that they are incomplete when cut', async () => {
    const response = await openai().responses.create({
      model: 'gpt-4o',
      input: 'Hello',
      max_output_tokens: 16,
    });
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { output_tokens: 16 },
    });
  });

  it('number their events and end with the whole response', async () => {
    const events = await collect(
      await openai().responses.create({ model: 'gpt-4o', input: 'Hello', stream: true }),
    );
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    const types = events.map((event) => event.type).filter((type, index, all) => type !== all[index - 1]);
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });

  it('are kept, continued, replayed and deleted', async () => {
    const client = openai();
    const first = await client.responses.create({ model: 'gpt-4o', input: 'Hello' });
    expect(essence(await client.responses.retrieve(first.id))).toEqual(essence(first));
    const replayed = await client.responses.stream({ response_id: first.id }).finalResponse();
    expect(essence(replayed)).toEqual(essence(first));
    const next = await client.responses.create({
      model: 'gpt-4o',
      input: 'And?',
      previous_response_id: first.id,
    });
    const alone = await client.responses.create({ model: 'gpt-4o', input: 'And?', store: false });
    expect(next.usage?.input_tokens).toBeGreaterThan((alone.usage?.input_tokens ?? 0) + 40);
    await client.responses.delete(first.id);
    for (const id of [first.id, alone.id]) {
      expect(await rejection(client.responses.retrieve(id))).toMatchObject({ status: 404 });
    }
  });

  it('count their input beforehand', async () => {
    const params = { model: 'gpt-4o', input: 'Count this', tools: TOOLS };
    const counted = await openai().responses.inputTokens.count(params);
    const response = await openai().responses.create({ ...params, tool_choice: 'none' });
    expect(response.usage?.input_tokens).toBe(counted.input_tokens);
  });
});
