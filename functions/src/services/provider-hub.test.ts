import { describe, expect, it } from 'vitest';
import { priceOf } from '../providers/prices.ts';
import { createProviderHub } from './provider-hub.ts';

const none = { apiKey: '', baseUrl: undefined };
const sandboxUrl = 'http://127.0.0.1:1';

const sandboxed = (config: Parameters<typeof createProviderHub>[0]) =>
  Object.fromEntries(
    createProviderHub(config)
      .list()
      .map(({ id, sandbox }) => [id, sandbox]),
  );

describe('the sandbox answers', () => {
  it('for each provider that has neither key nor base URL', () => {
    expect(sandboxed({ sandboxUrl, providers: { openai: none, anthropic: none, gemini: none } })).toEqual({
      openai: true,
      anthropic: true,
      gemini: true,
    });
  });

  it('not for one that has either', () => {
    const withKey = { apiKey: 'sk', baseUrl: undefined };
    const withUrl = { apiKey: '', baseUrl: 'http://127.0.0.1:2' };
    expect(sandboxed({ sandboxUrl, providers: { openai: withKey, anthropic: none, gemini: none } })).toEqual({
      openai: false,
      anthropic: true,
      gemini: true,
    });
    expect(sandboxed({ sandboxUrl, providers: { openai: none, anthropic: withUrl, gemini: none } })).toEqual({
      openai: true,
      anthropic: false,
      gemini: true,
    });
  });

  it('nowhere where there is none, as in a deployment', () => {
    expect(
      sandboxed({ sandboxUrl: undefined, providers: { openai: none, anthropic: none, gemini: none } }),
    ).toEqual({
      openai: false,
      anthropic: false,
      gemini: false,
    });
  });
});

it('makes one adapter a provider, which keeps its connections', () => {
  const hub = createProviderHub({ sandboxUrl, providers: { openai: none, anthropic: none, gemini: none } });
  expect(hub.get('openai')).toBe(hub.get('openai'));
  expect(hub.get('openai').id).toBe('openai');
  expect(hub.get('anthropic').id).toBe('anthropic');
  expect(hub.get('gemini').id).toBe('gemini');
});

it('takes the deployment’s own price of a model before the published one', () => {
  const own = { source: 'PRICE_OVERRIDES', base: { input: 1, output: 2 }, tiers: [] };
  const hub = createProviderHub({
    sandboxUrl,
    providers: { openai: none, anthropic: none, gemini: none },
    priceOverrides: new Map([['openai/gpt-4o-mini', own]]),
  });
  expect(hub.priceOf('openai', 'gpt-4o-mini')).toBe(own);
  expect(hub.priceOf('openai', 'gpt-4o')).toEqual(priceOf('openai', 'gpt-4o'));
  expect(hub.priceOf('openai', 'nobody')).toBeUndefined();
});
