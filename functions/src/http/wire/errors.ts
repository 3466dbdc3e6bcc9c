import type { Context } from 'hono';
import type { AppEnv } from '../env.ts';
import type { ErrorShape } from '../errors.ts';
import { anthropicError } from './anthropic/errors.ts';
import { openAiError } from './openai/errors.ts';

/** Whether a request is in Anthropic's format: by its path, and where both have one, by the header it needs. */
export function isAnthropic(c: Context<AppEnv>): boolean {
  return /^\/v1\/messages(\/|$)/.test(c.req.path) || c.req.header('anthropic-version') !== undefined;
}

/** An error in the format that was called. */
export const wireErrorShape: ErrorShape = (error, c) =>
  (isAnthropic(c) ? anthropicError : openAiError)(error, c.get('requestId'));
