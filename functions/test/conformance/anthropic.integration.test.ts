import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { requestIdOf, usageOf } from '../gateway/support.ts';
import { anthropicMessages } from './anthropic.ts';
import { conform, MODELS, STAINLESS } from './suite.ts';

const errors = { ...STAINLESS, 402: 'PaymentRequiredError' };

conform([{ name: '@anthropic-ai/sdk', open: anthropicMessages, errors }], (caller) => {
  describe.each(MODELS)('the list of models', ({ model }) => {
    it(`has ${model}`, async () => {
      expect(await caller().anthropic.models.retrieve(model)).toMatchObject({ id: model, type: 'model' });
      const ids: string[] = [];
      for await (const { id } of caller().anthropic.models.list()) ids.push(id);
      expect(ids).toContain(model);
    });
  });

  describe('count_tokens', () => {
    const asked = { messages: [{ role: 'user' as const, content: 'Hello there' }] };

    it('is the provider’s own count', async () => {
      const { user, anthropic } = caller();
      const { data, response } = await anthropic.messages
        .countTokens({ ...asked, model: 'claude-haiku-4-5' })
        .withResponse();
      expect(data.input_tokens).toBeGreaterThan(0);
      expect(await usageOf(user, requestIdOf(response))).toMatchObject({ cost: { usd: '0.00' } });
    });

    it('is a 422 where the provider counts none: a bound is no count', async () => {
      const failure = caller().anthropic.messages.countTokens({ ...asked, model: 'gpt-4o' });
      await expect(failure).rejects.toThrow(Anthropic.UnprocessableEntityError);
    });
  });
});
