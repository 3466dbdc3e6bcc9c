import { expect, it } from 'vitest';
import { parseOwnModels } from './own-models.ts';

it('are models as a catalogue has them', () => {
  const text = `[
    {"id":"llama3.3:70b","contextWindow":131072,"maxOutputTokens":8192,"capabilities":["tools"]},
    {"id":"o","name":"Oh","contextWindow":9,"maxOutputTokens":9,"temperature":false},
    {"id":"nomic-embed-text","contextWindow":8192,"maxOutputTokens":0,"capabilities":["embeddings"]}
  ]`;
  expect(parseOwnModels(text)).toEqual([
    {
      id: 'llama3.3:70b',
      name: 'llama3.3:70b',
      contextWindow: 131_072,
      maxOutputTokens: 8192,
      capabilities: ['chat', 'streaming', 'tools'],
      unsupportedParameters: [],
    },
    {
      id: 'o',
      name: 'Oh',
      contextWindow: 9,
      maxOutputTokens: 9,
      capabilities: ['chat', 'streaming'],
      unsupportedParameters: ['temperature'],
    },
    {
      id: 'nomic-embed-text',
      name: 'nomic-embed-text',
      contextWindow: 8192,
      maxOutputTokens: 0,
      capabilities: ['embeddings'],
      unsupportedParameters: [],
    },
  ]);
});

const model = (rest: object) => ({ id: 'a', contextWindow: 9, maxOutputTokens: 9, ...rest });

it.each([
  ['no JSON', 'llama3.3'],
  ['none', '[]'],
  ['an object', '{}'],
  ['an unknown field', JSON.stringify([model({ price: 1 })])],
  ['an id with a space', JSON.stringify([model({ id: 'a b' })])],
  ['one twice', JSON.stringify([model({}), model({})])],
  ['an answer longer than the window', JSON.stringify([model({ maxOutputTokens: 10 })])],
  ['a chat model without answers', JSON.stringify([model({ maxOutputTokens: 0 })])],
  ['embeddings with answers', JSON.stringify([model({}), model({ id: 'b', capabilities: ['embeddings'] })])],
  [
    'embeddings first',
    JSON.stringify([model({ maxOutputTokens: 0, capabilities: ['embeddings'] }), model({ id: 'b' })]),
  ],
])('are not %s', (_, text) => {
  expect(parseOwnModels(text)).toBeUndefined();
});
