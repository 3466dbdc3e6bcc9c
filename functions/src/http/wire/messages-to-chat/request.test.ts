import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../domain/errors.ts';
import type { Model } from '../../../providers/contract.ts';
import { findModel } from '../../../providers/registry.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { Lost } from '../lost.ts';
import { messagesToChat } from './request.ts';

const modelOf = (id: string) => findModel('openai', id) as Model;
const reasoning = modelOf('gpt-5.4-mini');
const classic = modelOf('gpt-4.1-mini');

function convert(body: WireObject, model = reasoning) {
  const lost = new Lost();
  const messages = [{ role: 'user', content: 'Hi' }];
  const asked = { model: 'gpt', max_tokens: 100, messages, ...body };
  return { body: messagesToChat(asked, { model, maximum: 100 }, lost), lost: lost.fields, hints: lost.hints };
}
const CACHED = { cache_control: { type: 'ephemeral' } };
const user = (...content: unknown[]) => ({ messages: [{ role: 'user', content }] });
const assistant = (...content: unknown[]) => ({ messages: [{ role: 'assistant', content }] });

describe('to a provider with a dialect of its own', () => {
  const dialect = {
    maximum: 'max_tokens',
    unknown: new Set(['service_tier', 'safety_identifier', 'user']),
  } as const;
  const asked = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };

  it('says it in its words', () => {
    const lost = new Lost();
    expect(messagesToChat(asked, { model: classic, maximum: 100, dialect }, lost)).toEqual({
      model: classic.id,
      messages: [{ role: 'user', content: 'Hi' }],
      max_tokens: 100,
    });
    expect(lost.fields).toEqual([]);
  });

  it('names what it has no word for', () => {
    const lost = new Lost();
    const body = messagesToChat(
      { ...asked, metadata: { user_id: 'u1' } },
      { model: classic, maximum: 100, dialect },
      lost,
    );
    expect(lost).toMatchObject({ fields: [], hints: ['metadata.user_id'] });
    expect(body).not.toHaveProperty('safety_identifier');
  });
});

describe('a message’s body as a chat completion’s', () => {
  it('carries the whole conversation', () => {
    const { body, lost } = convert({
      system: [
        { type: 'text', text: 'Be brief.', ...CACHED },
        { type: 'text', text: 'In French.' },
      ],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What are these?', ...CACHED },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
              title: 'a.pdf',
            },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Shown by us', signature: '' },
            { type: 'text', text: 'Let me ', citations: null },
            { type: 'text', text: 'see.' },
            {
              type: 'tool_use',
              id: 'toolu_1',
              name: 'look',
              input: { at: [1, 2.5] },
              caller: { type: 'direct' },
            },
            { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Here:' },
            {
              type: 'tool_result',
              tool_use_id: 'toolu_1',
              content: [{ type: 'text', text: 'A cat' }],
              ...CACHED,
            },
            { type: 'tool_result', tool_use_id: 'toolu_2', content: 'no clock', is_error: true },
          ],
        },
        { role: 'system', content: 'Now in English.' },
        { role: 'assistant', content: 'So' },
        { role: 'user', content: 'Go on' },
      ],
    });
    expect(lost).toEqual([]);
    expect(body['messages']).toEqual([
      { role: 'system', content: 'Be brief.\n\nIn French.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What are these?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
        ],
      },
      {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [
          { id: 'toolu_1', type: 'function', function: { name: 'look', arguments: '{"at":[1,2.5]}' } },
          { id: 'toolu_2', type: 'function', function: { name: 'now', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'toolu_1', content: 'A cat' },
      { role: 'tool', tool_call_id: 'toolu_2', content: 'Error: no clock' },
      { role: 'user', content: [{ type: 'text', text: 'Here:' }] },
      { role: 'system', content: 'Now in English.' },
      { role: 'assistant', content: 'So' },
      { role: 'user', content: 'Go on' },
    ]);
  });

  it('carries tools, their choice, stops, format, user and tier', () => {
    const input_schema = { type: 'object', properties: { city: { type: 'string' } } };
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    const { body, lost } = convert(
      {
        stream: true,
        tools: [
          { name: 'weather', description: 'Tells it', input_schema, strict: true, ...CACHED },
          { type: 'custom', name: 'now', input_schema, defer_loading: false },
        ],
        tool_choice: { type: 'tool', name: 'now', disable_parallel_tool_use: true },
        stop_sequences: ['END'],
        output_config: { format: { type: 'json_schema', schema } },
        metadata: { user_id: 'u1' },
        service_tier: 'auto',
        temperature: 0.5,
        top_p: 0.5,
        thinking: { type: 'disabled' },
        ...CACHED,
      },
      classic,
    );
    expect(lost).toEqual([]);
    expect(body).toEqual({
      model: 'gpt-4.1-mini',
      max_completion_tokens: 100,
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      stream_options: { include_usage: true },
      tools: [
        {
          type: 'function',
          function: { name: 'weather', description: 'Tells it', parameters: input_schema, strict: true },
        },
        { type: 'function', function: { name: 'now', parameters: input_schema } },
      ],
      tool_choice: { type: 'function', function: { name: 'now' } },
      parallel_tool_calls: false,
      stop: ['END'],
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
      safety_identifier: 'u1',
      service_tier: 'auto',
      temperature: 0.5,
      top_p: 0.5,
    });
  });

  it('sends an identifier that is too long for one as the user', () => {
    const user_id = 'u'.repeat(65);
    expect(convert({ metadata: { user_id } }).body).toMatchObject({ user: user_id });
  });

  it.each([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'any' }, 'required'],
    [{ type: 'none' }, 'none'],
  ])('carries the tool choice %j', (tool_choice, expected) => {
    expect(convert({ tool_choice }).body['tool_choice']).toBe(expected);
  });

  it.each<[WireObject, string]>([
    [{ thinking: { type: 'disabled' } }, 'none'],
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, 'low'],
    [{ thinking: { type: 'enabled', budget_tokens: 8000 } }, 'medium'],
    [{ thinking: { type: 'enabled', budget_tokens: 20_000 } }, 'high'],
    [{ thinking: { type: 'enabled', budget_tokens: 64_000 } }, 'xhigh'],
    [{ thinking: { type: 'adaptive' } }, 'medium'],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }, 'max'],
    [{ output_config: { effort: 'low' } }, 'low'],
  ])('thinks by effort: %j is %s', (body, effort) => {
    const { body: chat, lost } = convert(body);
    expect(chat['reasoning_effort']).toBe(effort);
    expect(lost).toEqual([]);
  });

  it.each<[string, WireObject, Model?]>([
    ['temperature', { temperature: 0.5 }],
    ['top_k', { top_k: 5 }],
    ['thinking', { thinking: { type: 'enabled', budget_tokens: 2000 } }, classic],
    ['output_config.effort', { output_config: { effort: 'high' } }, classic],
    ['container', { container: 'c' }],
    ['mcp_servers', { mcp_servers: [{}] }],
    ['speed', { speed: 'fast' }],
    ['a_new_field', { a_new_field: false }],
    ['tools.0', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['tools.0.input_examples', { tools: [{ name: 'a', input_schema: {}, input_examples: [{}] }] }],
    ['messages.0.content.0', user({ type: 'image', source: { type: 'file', file_id: 'f' } })],
    ['messages.0.content.0', user({ type: 'document', source: { type: 'url', url: 'https://example.com' } })],
    ['messages.0.content.0.citations', assistant({ type: 'text', text: 'x', citations: [{}] })],
    ['metadata.team', { metadata: { team: 't' } }],
    ['messages.0.content.0', user({ type: 'of_tomorrow' })],
    [
      'messages.0.content.0.content.0',
      user({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'image', source: {} }] }),
    ],
    ['messages.0.content.0', assistant({ type: 'thinking', thinking: 'x', signature: 'c2ln' })],
    ['messages.0.content.0', assistant({ type: 'redacted_thinking', data: 'x' })],
  ])('names %s as what it can’t carry', (field, body, model = reasoning) => {
    expect(convert(body, model).lost).toEqual([field]);
  });

  it('carries a document of plain text', () => {
    const { body, lost } = convert(user({ type: 'document', source: { type: 'text', data: 'x' } }));
    expect(lost).toEqual([]);
    expect(body['messages']).toEqual([{ role: 'user', content: [{ type: 'text', text: 'x' }] }]);
  });

  it('leaves out what to cache and how to deliver, and says so', () => {
    const { lost, hints } = convert({
      system: [{ type: 'text', text: 'Be brief.', ...CACHED }],
      tools: [{ name: 'a', input_schema: {}, eager_input_streaming: true, ...CACHED }],
      thinking: { type: 'adaptive', display: 'summarized' },
    });
    expect(lost).toEqual([]);
    expect([...hints].sort()).toEqual([
      'system.0.cache_control',
      'thinking.display',
      'tools.0.cache_control',
      'tools.0.eager_input_streaming',
    ]);
  });

  it.each<[string, WireObject]>([
    ['output_config', { output_config: 'high' }],
    ['thinking', { thinking: 'enabled' }],
    ['metadata.user_id', { metadata: { user_id: 7 } }],
    ['messages', { messages: {} }],
    ['messages.0.content', { messages: [{ role: 'user', content: 7 }] }],
    ['messages.0.content.0.tool_use_id', user({ type: 'tool_result', content: 'x' })],
    ['tools.0.input_schema', { tools: [{ name: 'a' }] }],
    ['service_tier', { service_tier: 'priority' }],
  ])('refuses what is wrong in %s', (field, body) => {
    expect(() => convert(body)).toThrow(GatewayError);
    expect(() => convert(body)).toThrow(field);
  });
});
