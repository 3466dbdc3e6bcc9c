import './environment.ts';
import { createOpenAI } from '@ai-sdk/openai';
import { embedMany } from 'ai';
import { expect, it } from 'vitest';
import { usageOf } from '../gateway/support.ts';
import { stack } from '../harness/stack.ts';
import { conform, STAINLESS } from './suite.ts';
import { vercelAnthropic, vercelChat, vercelResponses } from './vercel.ts';

/** It has one class for all that a provider answers. */
const errors = Object.fromEntries(Object.keys(STAINLESS).map((status) => [status, 'APICallError']));

const DRIVERS = [
  { name: 'ai, @ai-sdk/openai chat', open: vercelChat, errors },
  { name: 'ai, @ai-sdk/openai responses', open: vercelResponses, only: 'openai', errors },
  { name: 'ai, @ai-sdk/anthropic', open: vercelAnthropic, errors },
];

conform(DRIVERS, (caller) => {
  it('@ai-sdk/openai embeds', async () => {
    const { key, user } = caller();
    const openai = createOpenAI({ apiKey: key, baseURL: `${stack().url}/gateway/v1` });
    const { embeddings, usage, responses } = await embedMany({
      model: openai.embedding('text-embedding-3-small'),
      values: ['Hello there', 'Hi'],
      maxRetries: 0,
    });
    expect(embeddings).toHaveLength(2);
    const id = new Headers(responses?.[0]?.headers).get('x-request-id') ?? '';
    expect(await usageOf(user, id)).toMatchObject({ inputTokens: usage.tokens, route: 'v1/embeddings' });
  });
});
