import { expect, test } from 'vitest';
import { howToUse } from './how-to-use.ts';

const functionsBaseUrl = 'https://us-central1-p.cloudfunctions.net';

test('each provider in its own format, on the gateway', () => {
  const openai = howToUse({ functionsBaseUrl, provider: 'openai', model: 'gpt-6-luna' });
  expect(openai.map(({ name }) => name)).toEqual(['curl', 'Python', 'Node']);
  expect(openai[0]?.code).toContain(`curl ${functionsBaseUrl}/gateway/v1/chat/completions`);
  expect(openai[1]?.code).toContain(`base_url="${functionsBaseUrl}/gateway/v1"`);
  const anthropic = howToUse({ functionsBaseUrl, provider: 'anthropic', model: 'claude-sonnet-5' });
  expect(anthropic[0]?.code).toContain('/gateway/v1/messages');
  // Anthropic's SDK adds /v1 itself.
  expect(anthropic[2]?.code).toContain(`baseURL: '${functionsBaseUrl}/gateway'`);
});

test('any other provider in OpenAI’s format', () => {
  const gemini = howToUse({ functionsBaseUrl, provider: 'gemini', model: 'gemini-3.8-flash' });
  expect(gemini.map(({ name }) => name)).toEqual(['curl', 'Python', 'Node']);
  expect(gemini[0]?.code).toContain(`curl ${functionsBaseUrl}/gateway/v1/chat/completions`);
  expect(gemini[0]?.code).toContain('gemini-3.8-flash');
});

test('the key comes from the environment', () => {
  for (const provider of ['openai', 'anthropic', 'gemini']) {
    for (const { code } of howToUse({ functionsBaseUrl, provider, model: 'm' })) {
      expect(code).toContain('FIREGATE_KEY');
    }
  }
});
