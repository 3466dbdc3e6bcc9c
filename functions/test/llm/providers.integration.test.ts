import { beforeAll, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { call } from '../harness/request.ts';
import { startInstance } from '../harness/stack.ts';
import { type Caller, newCaller } from './support.ts';

interface Listed {
  providers: {
    id: string;
    configured: boolean;
    sandbox: boolean;
    models: { id: string; capabilities: string[]; pricesPerMillionTokens?: Record<string, string> }[];
  }[];
}

let caller: Caller;
beforeAll(async () => {
  caller = await newCaller();
});

describe('listing providers', () => {
  it('gives a page and a script the same list: the whole catalogue', async () => {
    const [page, script] = await Promise.all([
      call<Listed>('/listProviders', { token: caller.clientToken }),
      call<Listed>('/api/api/v1/llm/providers', { token: caller.accessToken }),
    ]);
    expect(page.status).toBe(200);
    expect(page.body).toEqual(script.body);
    expect(page.body.providers.map(({ id, models }) => [id, models.map((model) => model.id)])).toEqual(
      PROVIDERS.map(({ id, models }) => [id, models.map((model) => model.id)]),
    );
  });

  it('says that the sandbox answers, what each model can do and what it costs', async () => {
    const { body } = await call<Listed>('/listProviders', { token: caller.clientToken });
    for (const { configured, sandbox, models } of body.providers) {
      expect({ configured, sandbox }).toEqual({ configured: true, sandbox: true });
      expect(models[0]?.capabilities).toContain('chat');
      for (const { id, pricesPerMillionTokens } of models) {
        expect({ id, ...pricesPerMillionTokens }).toMatchObject({
          input: expect.stringMatching(/^\d+\.\d{2,9}$/),
          output: expect.stringMatching(/^\d+\.\d{2,9}$/),
        });
      }
    }
  });

  it('says so too where a provider has a key of its own', async () => {
    const instance = await startInstance({ OPENAI_API_KEY: 'sk-real' });
    try {
      const { body } = await call<Listed>('/listProviders', { token: caller.clientToken, url: instance.url });
      expect(body.providers.map(({ id, sandbox }) => [id, sandbox])).toEqual([
        ['openai', false],
        ['anthropic', true],
        ['gemini', true],
      ]);
      expect(JSON.stringify(body)).not.toContain('sk-real');
      const config = await call<{ sandbox: boolean }>('/api/api/v1/client-config', { url: instance.url });
      expect(config.body.sandbox).toBe(true);
    } finally {
      await instance.stop();
    }
  });
});
