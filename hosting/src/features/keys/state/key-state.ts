import type { ApiKey } from '#lib/api/types.ts';
import { share } from '#lib/money.ts';
import { span } from '#lib/time.ts';

export interface KeyState {
  /** Of the rail. */
  rail: 'done' | 'failed' | 'idle' | 'warn';
  words: string;
  colour: string;
}

const SOON_MS = 7 * 86_400_000;

/** What a key is good for now: a colour for the rail, and the same in words. */
export function keyState(key: ApiKey, spentUsd: string | undefined, now: number): KeyState {
  if (key.status === 'revoked') return { rail: 'idle', words: 'Revoked', colour: 'text-mute' };
  const left = key.expiresAt === undefined ? undefined : Date.parse(key.expiresAt) - now;
  if (key.status === 'expired' || (left !== undefined && left <= 0)) {
    return { rail: 'idle', words: 'Expired', colour: 'text-mute' };
  }
  if (key.budget !== undefined && spentUsd !== undefined && share(spentUsd, key.budget.usd) >= 1) {
    return { rail: 'failed', words: 'Over budget', colour: 'text-bad' };
  }
  if (left !== undefined && left < SOON_MS) {
    return { rail: 'warn', words: `Expires in ${span(left / 1000)}`, colour: 'text-warn' };
  }
  return { rail: 'done', words: 'Active', colour: 'text-ok' };
}
