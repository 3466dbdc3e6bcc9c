import { describe, expect, it } from 'vitest';
import { openAiChat } from './openai-chat.ts';
import { openAiResponses } from './openai-responses.ts';
import { conform, MODELS, STAINLESS } from './suite.ts';

const DRIVERS = [
  { name: 'openai, chat completions', open: openAiChat, errors: STAINLESS },
  { name: 'openai, responses', open: openAiResponses, only: 'openai', errors: STAINLESS },
];

conform(DRIVERS, (caller) => {
  describe.each(MODELS)('the list of models', ({ model, provider }) => {
    it(`has ${model}`, async () => {
      expect(await caller().openai.models.retrieve(model)).toMatchObject({ id: model, owned_by: provider });
      const { data } = await caller().openai.models.list();
      expect(data.map(({ id }) => id)).toContain(model);
    });
  });
});
