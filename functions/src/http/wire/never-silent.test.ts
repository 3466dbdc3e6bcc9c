import { describe, expect, it } from 'vitest';
import type { Model } from '../../providers/contract.ts';
import type { EnabledProvider } from '../../providers/enabled.ts';
import { findModel } from '../../providers/registry.ts';
import { optionalObject, type WireObject } from '../../providers/wire.ts';
import { chatToGemini } from './chat-to-gemini/request.ts';
import { chatToMessages } from './chat-to-messages/request.ts';
import { Lost } from './lost.ts';
import { messagesToChat } from './messages-to-chat/request.ts';
import { messagesToGemini } from './messages-to-gemini/request.ts';

// Whatever object of a request has a field that nobody knows, and whatever field is of another type: it is refused,
// named or carried. None is left out in silence.

const modelOf = (provider: EnabledProvider, id: string) => findModel(provider, id) as Model;
const CLAUDE = { model: modelOf('anthropic', 'claude-opus-5-5'), maximum: 4000 };
const GPT = { model: modelOf('openai', 'gpt-5.4-mini'), maximum: 4000 };
const GEMINI = { model: modelOf('gemini', 'gemini-3.5-flash'), maximum: 4000 };

/** Caller's own JSON, which is carried as it is. */
const FREE = ['schema', 'parameters', 'input_schema', 'input'];
const SCHEMA = { type: 'object', properties: {} };
const DATA = 'data:application/pdf;base64,JVBE';

const CHAT: WireObject = {
  model: 'm',
  stream: true,
  stream_options: { include_usage: true },
  messages: [
    { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
    { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is it?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'auto' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: DATA } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Let me see.' },
        { type: 'refusal', refusal: 'Or not.' },
      ],
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'look', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'A cat' }] },
    { role: 'user', content: 'Go on' },
  ],
  tools: [{ type: 'function', function: { name: 'look', parameters: SCHEMA } }],
  tool_choice: { type: 'function', function: { name: 'look' } },
  response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: SCHEMA } },
};

const MESSAGES: WireObject = {
  model: 'm',
  max_tokens: 4000,
  system: [{ type: 'text', text: 'Be brief.' }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is it?' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
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
        { type: 'thinking', thinking: 'So', signature: '' },
        { type: 'text', text: 'Let me see.' },
        { type: 'tool_use', id: 'a', name: 'look', input: {}, caller: { type: 'direct' } },
      ],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'A cat' }] }],
    },
    { role: 'user', content: 'Go on' },
  ],
  tools: [{ name: 'look', input_schema: SCHEMA }],
  tool_choice: { type: 'tool', name: 'look' },
  thinking: { type: 'enabled', budget_tokens: 2048 },
  output_config: { effort: 'low', format: { type: 'json_schema', schema: SCHEMA } },
  metadata: { user_id: 'u1' },
};

type Convert = (body: WireObject, lost: Lost) => unknown;

const CONVERTERS: [string, WireObject, Convert][] = [
  ['chat completions to messages', CHAT, (body, lost) => chatToMessages(body, CLAUDE, lost)],
  ['chat completions to Gemini', CHAT, (body, lost) => chatToGemini(body, GEMINI, lost)],
  ['messages to chat completions', MESSAGES, (body, lost) => messagesToChat(body, GPT, lost)],
  ['messages to Gemini', MESSAGES, (body, lost) => messagesToGemini(body, GEMINI, lost)],
];

type Path = readonly (string | number)[];

/** All values of a body, by the keys that lead there. */
function* valuesIn(value: unknown, path: Path = []): Generator<[Path, unknown]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    const key = Array.isArray(value) ? Number(name) : name;
    if (!FREE.includes(name)) yield* valuesIn(each, [...path, key]);
  }
}

const objectsIn = (body: WireObject): Path[] =>
  [...valuesIn(body)].filter(([, value]) => optionalObject(value)).map(([path]) => path);
/** The model and the maximum are the gateway's to set, and whether it streams is read before. */
const SET = ['model', 'max_tokens', 'stream', 'stream_options'];
const leavesIn = (body: WireObject): Path[] =>
  [...valuesIn(body)]
    .filter(([path, value]) => typeof value !== 'object' && !SET.includes(`${path[0]}`))
    .map(([path]) => path);

/** A body with one value in another's place. */
function changed(body: WireObject, path: Path, value: unknown): WireObject {
  const copy = structuredClone(body);
  let object = copy;
  for (const key of path.slice(0, -1)) object = object[key] as WireObject;
  object[path.at(-1) as string] = value;
  return copy;
}

const titled = (paths: readonly Path[]) => paths.map((path) => [path.join('.'), path] as const);

describe.each(CONVERTERS)('%s', (_, body, convert) => {
  it('carries the whole of the example', () => {
    const lost = new Lost();
    convert(body, lost);
    expect(lost.fields).toEqual([]);
  });

  it.each(titled(objectsIn(body)))('names a field that nobody knows: %s', (_where, path) => {
    const lost = new Lost();
    const converted = JSON.stringify(convert(changed(body, [...path, 'of_tomorrow'], 1), lost));
    if (converted.includes('of_tomorrow')) return;
    const written = lost.fields.map((field) => field.replaceAll(/\[(\d+)\]/g, '.$1'));
    expect(written).toEqual([[...path, 'of_tomorrow'].join('.')]);
  });

  it.each(titled(leavesIn(body)))('does not read past what is of another type: %s', (_where, path) => {
    const lost = new Lost();
    let converted: string;
    try {
      converted = JSON.stringify(convert(changed(body, path, { of: 'tomorrow' }), lost));
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'invalid_request' });
      return;
    }
    expect(converted.includes('tomorrow') || lost.fields.length + lost.hints.length > 0).toBe(true);
  });
});
