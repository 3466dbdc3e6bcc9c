import { expect, it } from 'vitest';
import { listAliases } from './list-aliases.ts';

const aliases = new Map([
  ['fast', ['openai/gpt-a']],
  ['smart', ['anthropic/claude-a', 'openai/gpt-a']],
]);

it('lists each alias with its models in order', () => {
  expect(listAliases(aliases)).toEqual([
    { id: 'fast', models: ['openai/gpt-a'] },
    { id: 'smart', models: ['anthropic/claude-a', 'openai/gpt-a'] },
  ]);
});

it('lists what a grant allows, by provider and by either name of a model', () => {
  const smart = [{ id: 'smart', models: ['anthropic/claude-a'] }];
  expect(listAliases(aliases, { providers: ['anthropic'] })).toEqual(smart);
  expect(listAliases(aliases, { models: ['claude-a'] })).toEqual(smart);
  expect(listAliases(aliases, { models: ['anthropic/claude-a'] })).toEqual(smart);
  expect(listAliases(aliases, { models: ['gpt-b'] })).toEqual([]);
});
