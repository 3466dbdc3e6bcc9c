import type { ChatRequest, TokenBound } from '../contract.ts';
import { wireBytes } from '../wire.ts';
import { toWire } from './to-wire.ts';

/**
 * Input: no token is shorter than a byte of the body that goes out, so its bytes bound it. What Anthropic adds
 * for its own purposes is not billed
 * (https://platform.claude.com/docs/en/build-with-claude/token-counting); the system prompt that comes with
 * tools would be, but no tools are sent. Output: `max_tokens` counts thinking and answer.
 * Cache writes happen only where a request asks for them by `cache_control`, which this one never does.
 */
export function bound(request: ChatRequest): TokenBound {
  return {
    inputTokens: wireBytes({ ...toWire(request), stream: true }),
    outputTokens: request.maxTokens,
    cacheWrites: 'none',
  };
}
