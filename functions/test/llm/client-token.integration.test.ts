import { describe, expect, it } from 'vitest';
import { ledgerRef } from '../../src/store/ledger-document.ts';
import { expectError } from '../auth/support.ts';
import { call } from '../harness/request.ts';
import { sandboxRequests, settingsOf } from '../harness/sandbox.ts';
import {
  firestore,
  generate,
  modelOf,
  newCaller,
  ROUTES,
  recordsOf,
  requestIdOf,
  stream,
} from './support.ts';

const PROXIES = ROUTES.filter(({ token }) => token === 'clientToken');
const other = (provider: string) => (provider === 'openai' ? 'anthropic' : 'openai');

describe.each(PROXIES)('a client token at $route', ({ provider, ...rest }) => {
  const route = { provider, ...rest };
  const model = modelOf(provider);
  const ask = { model, prompt: 'Hello' };

  it('allows what it lists', async () => {
    const grants = [
      {},
      { providers: [provider] },
      { models: [model] },
      { models: [`${provider}/${model}`] },
      { providers: [provider, other(provider)], models: [model, modelOf(other(provider))] },
    ];
    for (const grant of grants) {
      const answer = await generate(route, await newCaller(grant), { ...ask, maxTokens: 50 });
      expect({ grant, status: answer.status }).toEqual({ grant, status: 200 });
    }
  });

  it.each([
    ['another provider', { providers: [other(provider)] }],
    ['other models', { models: [modelOf(other(provider)), 'gpt-of-tomorrow'] }],
    ['another provider’s model of the same name', { models: [`${other(provider)}/${model}`] }],
  ])('allows nothing where it is for %s', async (_, grant) => {
    const caller = await newCaller(grant);
    const answer = await generate(route, caller, ask);
    expectError(answer, 403, 'forbidden');
    expect((await stream(route, caller, ask)).status).toBe(403);
    expect(await sandboxRequests(requestIdOf(answer))).toEqual([]);
    // A refusal holds nothing and records nothing.
    expect(await recordsOf(caller.uid)).toEqual([]);
    expect((await ledgerRef(firestore, caller.uid).get()).exists).toBe(false);
  });

  it('limits the output: more is refused, and no wish is that much', async () => {
    const caller = await newCaller({ maxOutputTokens: 60 });
    expectError(await generate(route, caller, { ...ask, maxTokens: 61 }), 403, 'forbidden');
    const answer = await generate(route, caller, { ...ask, prompt: '[[sandbox: tokens=500]]' });
    expect(answer.body).toMatchObject({ finishReason: 'length', usage: { outputTokens: 60 } });
    const [sent] = await sandboxRequests(requestIdOf(answer));
    expect(settingsOf(sent).maximum).toBe(60);
    expect((await generate(route, caller, { ...ask, maxTokens: 60 })).status).toBe(200);
  });

  it('raises no default', async () => {
    const caller = await newCaller({ maxOutputTokens: 100_000 });
    const answer = await generate(route, caller, ask);
    const [sent] = await sandboxRequests(requestIdOf(answer));
    expect(settingsOf(sent).maximum).toBe(4096);
  });
});

describe('a client token at listProviders', () => {
  const list = async (grant: Record<string, unknown>) => {
    const { clientToken } = await newCaller(grant);
    const answer = await call<{ providers: { id: string; models: { id: string }[] }[] }>('/listProviders', {
      token: clientToken,
    });
    expect(answer.status).toBe(200);
    return Object.fromEntries(
      answer.body.providers.map(({ id, models }) => [id, models.map((each) => each.id)]),
    );
  };

  it('shows what it allows', async () => {
    const [openai, anthropic] = [modelOf('openai'), modelOf('anthropic')];
    expect(Object.keys(await list({}))).toEqual(['openai', 'anthropic', 'gemini']);
    expect(Object.keys(await list({ providers: ['anthropic'] }))).toEqual(['anthropic']);
    expect(await list({ models: [openai] })).toEqual({ openai: [openai] });
    expect(await list({ models: [openai, `anthropic/${anthropic}`] })).toEqual({
      openai: [openai],
      anthropic: [anthropic],
    });
    expect(await list({ providers: ['anthropic'], models: [openai] })).toEqual({});
  });
});
