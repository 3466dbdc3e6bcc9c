import type { ChatDialect } from '../contract.ts';
import type { WireObject } from '../wire.ts';

const OPENAI: ChatDialect = { maximum: 'max_completion_tokens', unknown: new Set() };

/**
 * A chat completion's body, written for OpenAI, in another provider's dialect: the maximum by its name there, and without
 * what is not known there.
 */
export function inDialect<Body extends object>(body: Body, { maximum, unknown }: ChatDialect = OPENAI): Body {
  const { max_completion_tokens: most, ...rest } = body as WireObject;
  const known = Object.entries(rest).filter(([name]) => !unknown.has(name));
  return { ...Object.fromEntries(known), ...(most !== undefined && { [maximum]: most }) } as Body;
}
