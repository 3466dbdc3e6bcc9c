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
  assertAble(model('tools'), { messages: called, tools });
});

it.each([
  ['messages.3: m takes no images.', model('tools'), { messages: image }],
  ['tools: m takes no tools.', model('vision'), { messages: image, tools }],
  ['messages.0.toolCalls: m takes no tools.', model('vision'), { messages: called }],
])('%s', (message, of, request) => {
  expect(() => assertAble(of, request)).toThrow(expect.objectContaining({ code: 'unprocessable', message }));
});
