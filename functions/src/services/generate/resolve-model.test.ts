import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type { EnabledProvider } from '../../providers/enabled.ts';
import { PROVIDERS } from '../../providers/registry.ts';
import { type NamedModels, resolveModels } from './resolve-model.ts';

const person: Principal = {
  kind: 'accessToken',
  uid: 'user_1',
  authTime: 1,
  issuedAt: 1,
  email: undefined,
  displayName: undefined,
  emailVerified: false,
  admin: false,
};
const page = (grant: { providers?: string[]; models?: string[] } = {}): Principal => ({
  kind: 'clientToken',
  uid: 'user_1',
  authTime: 1,
  providers: grant.providers,
  models: grant.models,
  maxOutputTokens: undefined,
});

const [openai, anthropic] = PROVIDERS;
const GPT = openai?.models[0]?.id ?? '';
const CLAUDE = anthropic?.models[0]?.id ?? '';

const aliases = new Map([
  ['fast', [`openai/${GPT}`]],
  ['smart', [`anthropic/${CLAUDE}`, `openai/${GPT}`]],
]);

function resolved(named: NamedModels, principal: Principal, only?: EnabledProvider): string {
  try {
    const models = resolveModels(named, principal, { aliases, only });
    return models.map(({ provider, model }) => `${provider}/${model.id}`).join(' ');
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

describe('a model is named', () => {
  it.each([
    ['by its id', { model: GPT }, `openai/${GPT}`],
    ['by its id', { model: CLAUDE }, `anthropic/${CLAUDE}`],
    ['with its provider', { provider: 'openai', model: GPT }, `openai/${GPT}`],
    ['in one word', { model: `anthropic/${CLAUDE}` }, `anthropic/${CLAUDE}`],
    ['in both ways', { provider: 'openai', model: `openai/${GPT}` }, `openai/${GPT}`],
  ])('%s: %j', (_, named, expected) => {
    expect(resolved(named, person)).toBe(expected);
  });

  it.each([
    ['an id that nobody lists', { model: 'gpt-of-tomorrow' }],
    ['another provider’s', { provider: 'anthropic', model: GPT }],
    ['another provider’s in one word', { model: `anthropic/${GPT}` }],
    ['an empty rest', { model: 'openai/' }],
    ['a provider that contradicts', { provider: 'openai', model: `anthropic/${CLAUDE}` }],
    ['a word of every object', { model: 'constructor' }],
  ])('wrongly by %s', (_, named) => {
    expect(resolved(named, person)).toMatch(/^invalid_request: Unknown model/);
  });

  it('with a provider that is unknown or not enabled', () => {
    expect(resolved({ provider: 'acme', model: GPT }, person)).toBe(
      'invalid_request: Unknown provider: acme.',
    );
    expect(resolved({ provider: 'toString', model: GPT }, person)).toMatch(
      /^invalid_request: Unknown provider/,
    );
  });
});

describe('a provider’s own function', () => {
  it('resolves its own models', () => {
    expect(resolved({ model: GPT }, page(), 'openai')).toBe(`openai/${GPT}`);
    expect(resolved({ model: `openai/${GPT}` }, page(), 'openai')).toBe(`openai/${GPT}`);
  });

  it.each([{ provider: 'anthropic', model: CLAUDE }, { model: `anthropic/${CLAUDE}` }])(
    'says which function is for %j',
    (named) => {
      expect(resolved(named, page(), 'openai')).toBe(
        'invalid_request: This function calls openai; call anthropicGenerate for anthropic.',
      );
    },
  );

  it('does not know another provider’s model', () => {
    expect(resolved({ model: CLAUDE }, page(), 'openai')).toMatch(/^invalid_request: Unknown model/);
  });
});

describe('a client token', () => {
  it('without lists allows all', () => {
    expect(resolved({ model: GPT }, page())).toBe(`openai/${GPT}`);
  });

  it('allows what it lists, by either name', () => {
    expect(resolved({ model: GPT }, page({ providers: ['openai'], models: [GPT] }))).toBe(`openai/${GPT}`);
    expect(resolved({ model: GPT }, page({ models: [`openai/${GPT}`] }))).toBe(`openai/${GPT}`);
  });

  it('allows nothing else', () => {
    expect(resolved({ model: GPT }, page({ providers: ['anthropic'] }))).toBe(
      'forbidden: This client token does not allow the provider openai.',
    );
    expect(resolved({ model: GPT }, page({ models: [CLAUDE, `anthropic/${GPT}`] }))).toBe(
      `forbidden: This client token does not allow the model ${GPT}.`,
    );
    expect(resolved({ model: GPT }, page({ models: [] }))).toMatch(/^forbidden/);
  });
});

describe('several models', () => {
  it.each([
    ['in a list', { models: [GPT, CLAUDE] }, `openai/${GPT} anthropic/${CLAUDE}`],
    ['in a list after the first', { model: CLAUDE, models: [GPT] }, `anthropic/${CLAUDE} openai/${GPT}`],
    ['once each', { model: GPT, models: [`openai/${GPT}`, 'fast'] }, `openai/${GPT}`],
    ['by an alias', { model: 'smart' }, `anthropic/${CLAUDE} openai/${GPT}`],
    ['by an alias of one', { model: 'fast' }, `openai/${GPT}`],
    ['by an alias, of one provider', { provider: 'openai', model: 'smart' }, `openai/${GPT}`],
    ['by an alias, of one provider in one word', { model: 'openai/smart' }, `openai/${GPT}`],
    ['by aliases and ids', { models: [GPT, 'smart'] }, `openai/${GPT} anthropic/${CLAUDE}`],
  ])('%s: %j', (_, named, expected) => {
    expect(resolved(named, person)).toBe(expected);
  });

  it('are all to be known, and not too many', () => {
    expect(resolved({ models: [GPT, 'gpt-of-tomorrow'] }, person)).toMatch(/^invalid_request: Unknown model/);
    expect(resolved({ models: Array(9).fill(GPT) }, person)).toBe('invalid_request: models: 8 at most.');
    expect(resolved({ models: [] }, person)).toBe('invalid_request: model: name a model.');
    expect(resolved({ provider: 'anthropic', model: 'fast' }, person)).toBe(
      'invalid_request: The alias fast names no model of anthropic.',
    );
  });

  it('of which a client token allows some are those', () => {
    expect(resolved({ model: 'smart' }, page({ providers: ['openai'] }))).toBe(`openai/${GPT}`);
    expect(resolved({ models: [CLAUDE, GPT] }, page({ models: [GPT] }))).toBe(`openai/${GPT}`);
    expect(resolved({ models: [CLAUDE, GPT] }, page({ models: [] }))).toBe(
      `forbidden: This client token does not allow the model ${CLAUDE}.`,
    );
  });

  it('of an alias are a provider’s own in its own function', () => {
    expect(resolved({ model: 'smart' }, page(), 'openai')).toBe(`openai/${GPT}`);
    expect(resolved({ model: 'fast' }, page(), 'anthropic')).toMatch(/^invalid_request: The alias fast/);
  });
});
