import type { ChatRequest, TokenBound } from '../contract.ts';
import { messagesBound } from './messages-bound.ts';
import { toWire } from './to-wire.ts';

/** That of the body that goes out. Cache writes happen only where a body asks for them, which this one never does. */
export function bound(request: ChatRequest): TokenBound {
  const body = { ...toWire(request), stream: true };
  return { ...messagesBound(body, JSON.stringify(body)), cacheWrites: 'none' };
}
