import type { ChatRequest, TokenBound } from '../contract.ts';
import { chatBound } from './chat-bound.ts';
import { type OpenAiBody, STREAMED, toWire } from './to-wire.ts';

/** That of the body that goes out. One choice is asked for, and nothing that has no bound. */
export function bound(request: ChatRequest, extraBody?: Partial<OpenAiBody>): TokenBound {
  const body = { ...toWire(request, extraBody), ...STREAMED };
  return chatBound(body, JSON.stringify(body), request.model);
}
