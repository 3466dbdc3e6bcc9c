import type { ChatRequest, TokenBound } from '../contract.ts';
import { wireBytes } from '../wire.ts';
import { type OpenAiBody, STREAMED, toWire } from './to-wire.ts';

/**
 * Tokens that the chat format adds: 3 for each message, 1 for its role, 3 that prime the answer. Source: OpenAI's
 * cookbook, "How to count tokens with tiktoken", section 6 (the largest of the figures there).
 */
export const TOKENS_PER_MESSAGE = 4;
export const TOKENS_PER_ANSWER = 3;

/**
 * Input: no token is shorter than a byte of the body that goes out, so its bytes bound it, plus the format's own
 * tokens. Output: `max_completion_tokens` counts reasoning and answer; one choice is asked for.
 * Cache writes: automatic from GPT-5.6 on, at their own rate
 * (https://developers.openai.com/api/docs/guides/prompt-caching); there is no hour-long kind.
 */
export function bound(request: ChatRequest, extraBody?: Partial<OpenAiBody>): TokenBound {
  const body = { ...toWire(request, extraBody), ...STREAMED };
  return {
    inputTokens: wireBytes(body) + TOKENS_PER_MESSAGE * body.messages.length + TOKENS_PER_ANSWER,
    outputTokens: request.maxTokens,
    cacheWrites: '5m',
  };
}
