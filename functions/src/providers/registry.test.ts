import { describe, expect, it } from 'vitest';
import { ENABLED_PROVIDERS } from './enabled.ts';
import {
  createProvider,
  findModel,
  isEnabledProvider,
  KNOWN_PROVIDERS,
  PROVIDERS,
  providersOfModel,
} from './registry.ts';

it('has every enabled provider, in their order', () => {
  expect(PROVIDERS.map(({ id }) => id)).toEqual([...ENABLED_PROVIDERS]);
  for (const id of ENABLED_PROVIDERS) {
    expect(createProvider(id, { apiKey: 'k', baseUrl: undefined, sandbox: false })).toMatchObject({ id });
    expect(isEnabledProvider(id)).toBe(true);
  }
  expect(isEnabledProvider('toString')).toBe(false);
});

it('finds models by their exact id', () => {
  expect(findModel('openai', 'gpt-4o-mini')?.id).toBe('gpt-4o-mini');
  expect(findModel('anthropic', 'gpt-4o-mini')).toBeUndefined();
  expect(providersOfModel('claude-haiku-4-5')).toEqual(['anthropic']);
  expect(providersOfModel('nothing')).toEqual([]);
});

const CATALOGUES = Object.values(KNOWN_PROVIDERS).filter(({ models }) => models.length > 0);

describe.each(CATALOGUES)('the catalogue of $id', ({ models }) => {
  it('suggests a chat model that streams', () => {
    expect(models[0]?.capabilities).toEqual(expect.arrayContaining(['chat', 'streaming']));
  });

  it('names each model once and keeps its limits in order', () => {
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
    for (const { maxOutputTokens, contextWindow, capabilities } of models) {
      if (capabilities.includes('chat')) expect(maxOutputTokens).toBeGreaterThanOrEqual(4096);
      else expect(maxOutputTokens).toBe(0);
      expect(contextWindow).toBeGreaterThanOrEqual(maxOutputTokens);
    }
  });
});
