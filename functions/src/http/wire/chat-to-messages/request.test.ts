import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../domain/errors.ts';
import type { Model } from '../../../providers/contract.ts';
import { findModel } from '../../../providers/registry.ts';
import type { WireObject } from '../../../providers/wire.ts';
import { Lost } from '../lost.ts';
import { chatToMessages } from './request.ts';

const modelOf = (id: string) => findModel('anthropic', id) as Model;
const current = modelOf('claude-sonnet-5');
const budgeted = modelOf('claude-haiku-4-5');

function convert(body: WireObject, { model = current, maximum = 4096 } = {}) {
  const lost = new Lost();
  const messages = [{ role: 'user', content: 'Hi' }];
  return {
    body: chatToMessages({ model: 'claude', messages, ...body }, { model, maximum }, lost),
    lost: lost.fields,
  };
}
const PNG = 'iVBORw0KGgo=';

describe('a chat completion’s body as a message’s', () => {
  it('carries the whole conversation', () => {
    const { body, lost } = convert({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: [{ type: 'text', text: 'In French.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What are these?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}`, detail: 'auto' } },
            { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
          ],
        },
        {
          role: 'assistant',
          content: 'Let me see.',
          refusal: null,
          annotations: [],
          reasoning_content: 'Hm',
          thinking_blocks: [{ type: 'thinking', thinking: 'Hm', signature: 'c2ln' }],
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":[1,2.5]}' } },
            { id: 'call_2', type: 'function', function: { name: 'now', arguments: '' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'A cat' },
        { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'Noon' }] },
        { role: 'user', content: 'And?' },
        { role: 'assistant', content: null, tool_calls: [] },
        { role: 'system', content: 'Now in English.' },
      ],
    });
    expect(lost).toEqual([]);
    expect(body['system']).toEqual([
      { type: 'text', text: 'Be brief.' },
      { type: 'text', text: 'In French.' },
    ]);
    expect(body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What are these?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
          {
            type: 'document',
            source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
            title: 'a.pdf',
          },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
          { type: 'text', text: 'Let me see.' },
          { type: 'tool_use', id: 'call_1', name: 'look', input: { at: [1, 2.5] } },
          { type: 'tool_use', id: 'call_2', name: 'now', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_1', content: 'A cat' },
          { type: 'tool_result', tool_use_id: 'call_2', content: [{ type: 'text', text: 'Noon' }] },
          { type: 'text', text: 'And?' },
        ],
      },
      { role: 'assistant', content: [] },
      { role: 'system', content: [{ type: 'text', text: 'Now in English.' }] },
    ]);
  });

  it('carries tools, their choice, stops, format, user and tier', () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } } };
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    const { body, lost } = convert({
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
      tools: [
        {
          type: 'function',
          function: { name: 'weather', description: 'Tells it', parameters, strict: true },
        },
        { type: 'function', function: { name: 'now' } },
      ],
      tool_choice: { type: 'function', function: { name: 'now' } },
      parallel_tool_calls: false,
      stop: 'END',
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema, strict: true } },
      user: 'u1',
      safety_identifier: 's1',
      service_tier: 'auto',
      temperature: 1,
      top_p: 1,
      n: 1,
      presence_penalty: 0,
      logprobs: false,
      seed: null,
      modalities: ['text'],
      verbosity: 'medium',
    });
    expect(lost).toEqual([]);
    expect(body).toEqual({
      model: 'claude-sonnet-5',
      max_tokens: 4096,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      stream: true,
      stop_sequences: ['END'],
      tools: [
        { name: 'weather', description: 'Tells it', input_schema: parameters, strict: true },
        { name: 'now', input_schema: { type: 'object', properties: {} } },
      ],
      tool_choice: { type: 'tool', name: 'now', disable_parallel_tool_use: true },
      output_config: { format: { type: 'json_schema', schema } },
      metadata: { user_id: 's1' },
      service_tier: 'auto',
    });
  });

  it.each([
    ['none', { type: 'none' }],
    ['auto', { type: 'auto' }],
    ['required', { type: 'any' }],
  ])('carries the tool choice %s', (tool_choice, expected) => {
    expect(convert({ tool_choice }).body['tool_choice']).toEqual(expected);
  });

  it.each([
    [
      current,
      'minimal',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'low' } },
    ],
    [
      current,
      'xhigh',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'xhigh' } },
    ],
    [current, 'none', { thinking: { type: 'disabled' } }],
    [budgeted, 'medium', { thinking: { type: 'enabled', budget_tokens: 3072 } }],
    [budgeted, 'low', { thinking: { type: 'enabled', budget_tokens: 1024 } }],
  ])('carries the effort of $id: %s', (model, reasoning_effort, expected) => {
    const { body, lost } = convert({ reasoning_effort }, { model });
    expect(body).toMatchObject(expected);
    expect(lost).toEqual([]);
  });

  it.each<[string, WireObject]>([
    ['temperature', { temperature: 0.2 }],
    ['top_p', { top_p: 0.9 }],
    ['n', { n: 2 }],
    ['seed', { seed: 1 }],
    ['logit_bias', { logit_bias: { 1: 2 } }],
    ['logprobs', { logprobs: true }],
    ['presence_penalty', { presence_penalty: 0.1 }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['service_tier', { service_tier: 'priority' }],
    ['store', { store: true }],
    ['metadata', { metadata: { a: 'b' } }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['web_search_options', { web_search_options: {} }],
    ['a_new_field', { a_new_field: false }],
    ['stream_options.include_obfuscation', { stream_options: { include_obfuscation: true } }],
    ['tools[0]', { tools: [{ type: 'custom', custom: { name: 'c' } }] }],
    ['tool_choice', { tool_choice: { type: 'allowed_tools' } }],
    ['reasoning_effort', { reasoning_effort: 'enormous' }],
    ['messages[0].name', { messages: [{ role: 'user', content: 'Hi', name: 'Ada' }] }],
    [
      'messages[0].content[0].image_url.detail',
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://a/b', detail: 'low' } }] },
        ],
      },
    ],
    [
      'messages[0].content[0]',
      { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] },
    ],
    [
      'messages[0].content[0]',
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] },
    ],
    ['messages[0].role', { messages: [{ role: 'function', name: 'f', content: '' }] }],
    [
      'messages[0].reasoning_content',
      { messages: [{ role: 'assistant', content: 'a', reasoning_content: 'b' }] },
    ],
    [
      'messages[0].function_call',
      { messages: [{ role: 'assistant', function_call: { name: 'f', arguments: '' } }] },
    ],
  ])('names %s as what it can’t carry', (field, body) => {
    expect(convert(body).lost).toEqual([field]);
  });

  it('has no effort for a budget that does not fit', () => {
    expect(convert({ reasoning_effort: 'high' }, { model: budgeted, maximum: 1200 }).lost).toEqual([
      'reasoning_effort',
    ]);
  });

  it.each<[string, WireObject]>([
    ['messages', { messages: 'Hi' }],
    ['messages[0].content', { messages: [{ role: 'user', content: 7 }] }],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }],
    ['stop', { stop: 7 }],
    [
      'messages[0].tool_calls[0].function.arguments',
      {
        messages: [
          { role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f', arguments: '[1' } }] },
        ],
      },
    ],
  ])('refuses what is wrong in %s', (field, body) => {
    expect(() => convert(body)).toThrow(GatewayError);
    expect(() => convert(body)).toThrow(field);
  });
});
