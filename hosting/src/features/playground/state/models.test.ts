import { expect, test } from 'vitest';
import type { Provider } from '#lib/api/types.ts';
import { columnsOf, findChoice, modelChoices, nextChoice } from './models.ts';

const model = (id: string, capabilities = ['chat']) => ({
  id,
  name: id.toUpperCase(),
  contextWindow: 1000,
  maxOutputTokens: 100,
  capabilities,
});

const PROVIDERS: Provider[] = [
  {
    id: 'openai',
    name: 'OpenAI',
    configured: true,
    sandbox: true,
    models: [model('gpt'), model('shared'), model('draw', ['image'])],
  },
  { id: 'azure', name: 'Azure', configured: true, sandbox: false, models: [model('shared')] },
  { id: 'mistral', name: 'Mistral', configured: false, sandbox: false, models: [model('large')] },
];
const choices = modelChoices(PROVIDERS);

test('chat models alone, by bare id unless two providers share it', () => {
  expect(choices.map((choice) => choice.ref)).toEqual(['gpt', 'openai/shared', 'azure/shared', 'large']);
});

test('a reference is a bare id or names its provider', () => {
  expect(findChoice(choices, 'openai/gpt')?.model.id).toBe('gpt');
  expect(findChoice(choices, 'azure/shared')?.providerId).toBe('azure');
  expect(findChoice(choices, 'nowhere')).toBeUndefined();
});

test('without models in the URL there is one column, the first model that can be called', () => {
  expect(columnsOf([], choices).map((column) => column.ref)).toEqual(['gpt']);
  expect(columnsOf([], [])).toEqual([]);
});

test('at most four columns; the same model twice has two keys; unknown ones stay to be told about', () => {
  const columns = columnsOf(['gpt', 'gone', 'gpt', 'large', 'gpt'], choices);
  expect(columns.map((column) => column.key)).toEqual(['gpt#1', 'gone#1', 'gpt#2', 'large#1']);
  expect(columns[1]?.choice).toBeUndefined();
});

test('the next model to compare is another provider’s', () => {
  expect(nextChoice(choices, columnsOf(['gpt'], choices))?.ref).toBe('azure/shared');
  expect(nextChoice(choices, columnsOf(['gpt', 'azure/shared'], choices))?.ref).toBe('openai/shared');
});
