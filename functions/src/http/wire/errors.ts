import type { Context } from 'hono';
import type { AppEnv } from '../env.ts';
import type { ErrorShape } from '../errors.ts';
import { anthropicError } from './anthropic/errors.ts';
import { openAiError } from './openai/errors.ts';

const OWN_PATH = /^\/v1\/messages(\/|$)/;
const SHARED_PATH = /^\/v1\/models(\/|$)/;

/**
 * Whether a request is in Anthropic's format: by its path, and where both have one, by Anthropic's own header, or
 * a key in `x-api-key` alone, which OpenAI has not.
 */
export function isAnthropic<E extends AppEnv>(c: Context<E>): boolean {
  const { path } = c.req;
  if (OWN_PATH.test(path) || !SHARED_PATH.test(path)) return OWN_PATH.test(path);
  if (c.req.header('anthropic-version') !== undefined) return true;
  return c.req.header('x-api-key') !== undefined && c.req.header('authorization') === undefined;
}

/** An error in the format that was called. */
export const wireErrorShape: ErrorShape = (error, c) =>
  (isAnthropic(c) ? anthropicError : openAiError)(error, c.get('requestId'));
