import type { ChatRequest, TokenBound } from '../contract.ts';
import { contentBound } from './content-bound.ts';
import { toWire } from './to-wire.ts';

/** As for a body that comes by the gateway; see `contentBound`. The model and the method are in the path. */
export function bound(request: ChatRequest): TokenBound {
  const body = { ...toWire(request) };
  const { inputTokens, outputTokens } = contentBound(body, JSON.stringify(body));
  return { inputTokens, outputTokens, cacheWrites: 'none' };
}
