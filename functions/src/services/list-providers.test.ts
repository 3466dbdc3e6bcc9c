import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../providers/registry.ts';
import { listProviders } from './list-providers.ts';
import { createProviderHub } from './provider-hub.ts';

const none = { apiKey: '', baseUrl: undefined };
const hub = createProviderHub({
  sandboxUrl: 'http://127.0.0.1:1',
  providers: { openai: none, anthropic: none, gemini: none },
});
const USD = /^\d+\.\d{1,9}$/;

/** Provider and model ids alone. */
const idsOf = ({ providers }: ReturnType<typeof listProviders>) =>
  Object.fromEntries(providers.map(({ id, models }) => [id, models.map((model) => model.id)]));
const catalogue = Object.fromEntries(
  PROVIDERS.map(({ id, models }) => [id, models.map((model) => model.id)]),
);
const { openai = [], anthropic = [] } = catalogue;

describe('listProviders', () => {
  it('lists every enabled provider with its catalogue', () => {
    expect(idsOf(listProviders(hub))).toEqual(catalogue);
  });

  it('gives each model the contract’s shape, and a chat model first', () => {
    for (const { models, ...provider } of listProviders(hub).providers) {
      expect(provider).toEqual({
        id: expect.any(String),
        name: expect.any(String),
        configured: true,
        sandbox: true,
      });
      expect(models[0]?.capabilities).toContain('chat');
      for (const model of models) {
        expect(model).toMatchObject({
          name: expect.any(String),
          contextWindow: expect.any(Number),
          maxOutputTokens: expect.any(Number),
          pricesPerMillionTokens: { input: expect.stringMatching(USD), output: expect.stringMatching(USD) },
        });
      }
    }
  });

  it('lists what a grant allows, and no provider with nothing left', () => {
    expect(idsOf(listProviders(hub, { providers: ['anthropic'] }))).toEqual({ anthropic });
    const [model = ''] = openai;
    expect(idsOf(listProviders(hub, { models: [model] }))).toEqual({ openai: [model] });
    expect(idsOf(listProviders(hub, { models: [`openai/${model}`, 'gpt-of-tomorrow'] }))).toEqual({
      openai: [model],
    });
    expect(idsOf(listProviders(hub, { providers: ['anthropic'], models: [model] }))).toEqual({});
  });
});
