import { describe, expect, it } from 'vitest';
import { issuesOf } from '../../issues.ts';
import { generateBodySchema } from './generate-body.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000003000000020802000000', 'hex').toString(
  'base64',
);
const tool = { name: 'get_weather', description: 'Tells it', parameters: { type: 'object', properties: {} } };
const call = { id: 'call_1', name: 'get_weather', arguments: '{"city":"Zürich"}' };
const ask = { role: 'user', content: 'Hi' };

const parse = (body: object) => generateBodySchema.safeParse({ model: 'm', ...body });
const said = (...messages: object[]) => parse({ messages });
const fault = (result: ReturnType<typeof parse>) => {
  const [issue] = result.error ? issuesOf(result.error) : [];
  return issue && `${issue.path}: ${issue.message}`;
};

describe('images', () => {
  const image = (part: object) => said({ role: 'user', content: [{ type: 'image', ...part }] });

  it.each([
    ['base64', { image: PNG }],
    ['base64 with its type', { image: PNG, mediaType: 'image/png' }],
    ['a data URL', { image: `data:image/png;base64,${PNG}` }],
  ])('come as %s', (_, part) => {
    expect(image(part).data?.messages).toEqual([
      { role: 'user', content: [{ type: 'image', mediaType: 'image/png', data: PNG }] },
    ]);
  });

  it.each([
    ['Must be base64, without line breaks.', { image: `${PNG.slice(0, 20)}\n${PNG.slice(20)}` }],
    ['Must be base64, without line breaks.', { image: 'héllo wörld!' }],
    ['Must be base64, without line breaks.', { image: `${PNG.slice(0, -1)}` }],
    ['Must be a data URL in base64: data:image/png;base64,…', { image: 'data:image/png,%89PNG' }],
    ['Must be a PNG, JPEG, WebP or GIF image.', { image: Buffer.from('%PDF-1.7 and on').toString('base64') }],
    ['Is of the type image/png, not image/jpeg.', { image: PNG, mediaType: 'image/jpeg' }],
    ['Is of the type image/png, not image/gif.', { image: `data:image/gif;base64,${PNG}` }],
    ['Must be 5 MiB at most.', { image: 'A'.repeat(7_000_000) }],
  ])('%s', (message, part) => {
    expect(fault(image(part))).toBe(`messages.0.content.0.image: ${message}`);
  });

  it('are of four types', () => {
    expect(fault(image({ image: PNG, mediaType: 'image/svg+xml' }))).toMatch(/mediaType: .*image\/webp/);
  });
});

describe('a conversation', () => {
  const called = { role: 'assistant', content: '', toolCalls: [call] };
  const result = { role: 'tool', toolCallId: 'call_1', content: 'Sunny' };

  it.each([
    ['text', [ask]],
    ['parts', [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }]],
    ['tools and their results', [ask, called, result]],
    ['and then the user again', [ask, called, result, ask]],
    [
      'two calls, answered in any order',
      [
        ask,
        { ...called, toolCalls: [call, { ...call, id: 'call_2' }] },
        { ...result, toolCallId: 'call_2' },
        result,
      ],
    ],
    ['an id that comes again later', [ask, called, result, called, result]],
  ])('has %s', (_, messages) => {
    expect(fault(said(...messages))).toBeUndefined();
  });

  it('needs no content where an assistant only called', () => {
    expect(said(ask, { role: 'assistant', toolCalls: [call] }, result).data?.messages?.[1]).toEqual(called);
  });

  const unknown = 'No call of the assistant’s message before it has this id, or it has its result already.';
  it.each([
    [`messages.1.toolCallId: ${unknown}`, [ask, result]],
    [`messages.2.toolCallId: ${unknown}`, [ask, called, { ...result, toolCallId: 'x' }]],
    [`messages.3.toolCallId: ${unknown}`, [ask, called, result, result]],
    ['messages.2: The results of these tool calls must come first: call_1.', [ask, called, ask]],
    ['messages: No result of the tool calls call_1.', [ask, called]],
    ['messages.1.toolCalls: Their ids must differ.', [ask, { ...called, toolCalls: [call, call] }, result]],
    [
      'messages: The last message must be the user’s, or a tool’s.',
      [ask, { role: 'assistant', content: 'Hi' }],
    ],
    [
      'messages.1.content: Must not be empty where there are no toolCalls.',
      [ask, { role: 'assistant', content: '' }, ask],
    ],
    [
      'messages.1.toolCalls.0.arguments: Must be the JSON text of an object.',
      [ask, { ...called, toolCalls: [{ ...call, arguments: '{"city":' }] }, result],
    ],
  ])('%s', (message, messages) => {
    expect(fault(said(...messages))).toBe(message);
  });
});

describe('tools', () => {
  it('and what is to be called of them', () => {
    for (const toolChoice of ['auto', 'none', 'required', { name: 'get_weather' }]) {
      expect(parse({ prompt: 'Hi', tools: [tool], toolChoice }).data).toMatchObject({
        tools: [tool],
        toolChoice,
      });
    }
  });

  const deep = (levels: number): object => (levels === 0 ? {} : { items: deep(levels - 1) });
  it.each([
    ['tools.1.name: Another tool has this name.', { tools: [tool, tool] }],
    [
      'tools.0.name: Must be 1 to 64 of A-Z, a-z, 0-9, _ and -.',
      { tools: [{ ...tool, name: 'get weather' }] },
    ],
    [
      'tools.0.parameters.type: Must be object: arguments are named.',
      { tools: [{ ...tool, parameters: {} }] },
    ],
    [
      'tools.0.parameters: Must not be nested more than 64 deep.',
      { tools: [{ ...tool, parameters: { type: 'object', items: deep(100) } }] },
    ],
    ['toolChoice: Needs tools.', { toolChoice: 'auto' }],
    ['toolChoice.name: None of the tools has this name.', { tools: [tool], toolChoice: { name: 'other' } }],
  ])('%s', (message, body) => {
    expect(fault(parse({ prompt: 'Hi', ...body }))).toBe(message);
  });
});

describe('the schema of the answer', () => {
  const closed = (properties: Record<string, object>, rest: object = {}) => ({
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
    ...rest,
  });
  const given = (schema: object, rest: object = {}) =>
    parse({ prompt: 'Hi', responseSchema: { schema, ...rest } });

  it('has a name, given or not', () => {
    const schema = closed({ a: { type: 'string' }, b: { type: ['string', 'null'] } });
    expect(given(schema).data?.responseSchema).toEqual({ name: 'answer', schema });
    expect(given(schema, { name: 'x' }).data?.responseSchema).toEqual({ name: 'x', schema });
  });

  it.each([
    ['type: Must be object.', { type: 'array', items: {} }],
    ['additionalProperties: Must be false in every object.', { type: 'object', properties: {} }],
    ['required: Must list all properties: a, b.', closed({ a: {}, b: {} }, { required: undefined })],
    [
      'properties.list.items.required: Must list all properties: c.',
      closed({ list: { type: 'array', items: closed({ b: {}, c: {} }, { required: ['b'] }) } }),
    ],
    [
      '$defs.x.anyOf.1.additionalProperties: Must be false in every object.',
      closed({}, { $defs: { x: { anyOf: [{ type: 'null' }, { type: 'object' }] } } }),
    ],
    [
      'properties.a.additionalProperties: Must be false in every object.',
      closed({ a: { type: ['object', 'null'] } }),
    ],
  ])('%s', (message, schema) => {
    expect(fault(given(schema))).toBe(`responseSchema.schema.${message}`);
  });
});
