import type { KeyAccess } from '../../domain/ledger/key-access.ts';
import type { ApiKeyDocument } from '../../store/api-keys.ts';

/** Who changes a key, for the audit log. */
export interface Actor {
  /** A uid, or `system`. */
  id: string;
  ip: string | null;
  userAgent: string | null;
}

/** What the owner chooses of a key; null and absent mean none. */
export type ApiKeyChoices = Pick<
  ApiKeyDocument,
  'name' | 'scopes' | 'providers' | 'models' | 'expiresAt' | 'budget' | 'limits' | 'rotation' | 'tags'
>;

export type ApiKeyStatus = 'active' | 'revoked' | 'expired';

export function statusOf(
  { status, expiresAt }: Pick<ApiKeyDocument, 'status' | 'expiresAt'>,
  now: number,
): ApiKeyStatus {
  if (status !== 'active') return status;
  return expiresAt !== null && expiresAt.toMillis() <= now ? 'expired' : 'active';
}

/** What the key's ledger document must know of it, so that it holds from the next admission on (I6). */
export function accessOfKey(key: ApiKeyDocument): KeyAccess {
  const { previous, hash } = key;
  return {
    userId: key.userId,
    // Expired is what its expiry says, so that the ledger can tell it from revoked.
    status: key.status === 'revoked' ? 'revoked' : 'active',
    hashes: [
      ...(hash === null ? [] : [{ hash }]),
      ...(previous === null ? [] : [{ hash: previous.hash, validUntil: previous.validUntil.toMillis() }]),
    ],
    expiresAt: key.expiresAt?.toMillis(),
    scopes: key.scopes,
    providers: key.providers ?? undefined,
    models: key.models ?? undefined,
    limits: key.limits ?? {},
    budget: key.budget ?? undefined,
  };
}

/** What the audit log shows of a key: its choices, nothing of its secret. */
export function auditView(key: ApiKeyDocument): Record<string, unknown> {
  const {
    hash: _hash,
    previous: _previous,
    lastUsedAt: _used,
    createdAt: _at,
    updatedAt: _then,
    ...view
  } = key;
  return view;
}
