import { OWN_WORK } from '../own-work.ts';
import type { Budget } from '../tiers.ts';

/**
 * What must hold of an API key from the next admission on; kept in the key's ledger document so that it can't be
 * missed (I6). Absent lists and limits mean: no restriction by the key itself.
 */
export interface KeyAccess {
  /** The owner, against whose ledger the key's requests are held as well. */
  userId: string;
  status: 'active' | 'revoked';
  /** The bcrypt hashes whose secrets are good; one that was rotated away until `validUntil`, ms since the epoch. */
  hashes: readonly { hash: string; validUntil?: number }[];
  /** Milliseconds since the epoch. */
  expiresAt: number | undefined;
  /** Deny by default. */
  scopes: readonly string[];
  providers: readonly string[] | undefined;
  /** Model ids, or `provider/id`. */
  models: readonly string[] | undefined;
  limits: KeyLimits;
  budget: Budget | undefined;
}

/** The key's own limits, beside the user's. Whole numbers from 1; each absent: none. */
export interface KeyLimits {
  tokensPerMinute?: number;
  requestsPerMinute?: number;
  concurrency?: number;
}

/** The key that a request came with. */
export interface KeyUse {
  id: string;
  /** The hash that its secret was verified against. */
  hash: string;
  /** What the route asks for. */
  scope: string;
}

/** Why a key may not be used. Whoever is told has proven the secret, so it may be said plainly. */
export type KeyRefusal =
  | { reason: 'key_unknown' | 'key_revoked' | 'key_expired' | 'key_rotated' }
  | { reason: 'key_without_scope'; scope: string }
  | { reason: 'key_without_provider'; provider: string }
  | { reason: 'key_without_model'; model: string };

/**
 * @param access undefined where the user has no such key
 * @param at now, in ms since the epoch; what ends at a moment has ended at that moment
 */
export function refuseKey(
  access: KeyAccess | undefined,
  request: { apiKey: KeyUse; provider: string; model: string },
  at: number,
): KeyRefusal | undefined {
  const { apiKey, provider, model } = request;
  if (access === undefined) return { reason: 'key_unknown' };
  if (access.status !== 'active') return { reason: 'key_revoked' };
  if (access.expiresAt !== undefined && access.expiresAt <= at) return { reason: 'key_expired' };
  const isCurrent = access.hashes.some(
    ({ hash, validUntil = Number.POSITIVE_INFINITY }) => hash === apiKey.hash && at < validUntil,
  );
  if (!isCurrent) return { reason: 'key_rotated' };
  if (!access.scopes.includes(apiKey.scope)) return { reason: 'key_without_scope', scope: apiKey.scope };
  if (provider === OWN_WORK) return undefined;
  if (access.providers && !access.providers.includes(provider)) {
    return { reason: 'key_without_provider', provider };
  }
  const { models } = access;
  if (models && !models.includes(model) && !models.includes(`${provider}/${model}`)) {
    return { reason: 'key_without_model', model };
  }
  return undefined;
}
