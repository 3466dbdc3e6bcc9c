import { expect, it } from 'vitest';
import type { ChatMessage, Model, Tool } from '../../providers/contract.ts';
import { assertAble } from './assert-able.ts';

const model = (...capabilities: Model['capabilities'][number][]): Model => ({
  id: 'm',
  name: 'M',
  contextWindow: 1,
  maxOutputTokens: 1,
  capabilities: ['chat', ...capabilities],
  unsupportedParameters: [],
});
const plain: ChatMessage[] = [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Hi' },
  { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
];
const image: ChatMessage[] = [
  ...plain,
  { role: 'user', content: [{ type: 'image', mediaType: 'image/png', data: '' }] },
];
const called: ChatMessage[] = [
  { role: 'assistant', content: '', toolCalls: [{ id: '1', name: 'a', arguments: '{}' }] },
  { role: 'tool', toolCallId: '1', content: '' },
];
const tools: Tool[] = [{ name: 'a', parameters: { type: 'object' } }];

it('lets a model have what it takes', () => {
  assertAble(model(), {});
  assertAble(model(), { messages: plain });
  assertAble(model('vision'), { messages: image });
  assertAble(model('tools'), { messages: called, tools, toolChoice: 'required' });
  assertAble({ ...model('tools'), callsAtWill: true }, { tools, toolChoice: 'none' });
  assertAble({ ...model('tools'), callsAtWill: true }, { tools });
});

it.each([
  ['messages.3: m takes no images.', model('tools'), { messages: image }],
  ['tools: m takes no tools.', model('vision'), { messages: image, tools }],
  [
    'toolChoice: m can’t be made to call a tool. Leave it to auto, and say in the prompt when to call one.',
    { ...model('tools'), callsAtWill: true as const },
    { tools, toolChoice: 'required' as const },
  ],
  [
    'toolChoice: m can’t be made to call a tool. Leave it to auto, and say in the prompt when to call one.',
    { ...model('tools'), callsAtWill: true as const },
    { tools, toolChoice: { name: 'a' } },
  ],
  ['messages.0.toolCalls: m takes no tools.', model('vision'), { messages: called }],
])('%s', (message, of, request) => {
  expect(() => assertAble(of, request)).toThrow(expect.objectContaining({ code: 'unprocessable', message }));
});
