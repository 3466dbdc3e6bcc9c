import { createMiddleware } from 'hono/factory';
import type { ClientTokenIssuer } from '../../domain/client-token.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { CredentialKind, PrincipalOf } from '../../domain/principal.ts';
import type { Scope } from '../../domain/scopes.ts';
import type { Directory } from '../../identity/directory.ts';
import type { RecordRefusedUse } from '../../services/api-keys/record-refused-use.ts';
import type { ApiKeyVerifier } from '../../services/api-keys/verify-api-key.ts';
import { verifyCredential } from '../../services/auth/verify-credential.ts';
import { actorOf } from '../actor.ts';
import type { AppEnv } from '../env.ts';

/** What a route takes; an API key always with the scope that it needs there. */
export type Accepted = 'accessToken' | 'clientToken' | `apiKey:${Scope}`;
export type KindOf<A extends Accepted> = A extends `apiKey:${string}` ? 'apiKey' : A;

export interface AuthenticateDeps {
  clientTokens: ClientTokenIssuer;
  directory: Directory;
  apiKeys: ApiKeyVerifier;
  recordRefusedUse: RecordRefusedUse;
}

const NAMES: Record<CredentialKind, string> = {
  accessToken: 'an access token',
  clientToken: 'a client token',
  apiKey: 'an API key',
};

/**
 * Demands a credential of one of the given kinds and sets `principal`. A handler that reads `c.var.principal`
 * compiles only behind this step. An API key comes in `X-API-Key` or as a bearer token (APIKeyMiddleware).
 *
 * @throws GatewayError `unauthenticated` (missing, malformed, expired, forged), `forbidden` (valid, wrong kind).
 */
export const authenticate = <A extends Accepted>(
  deps: AuthenticateDeps,
  ...accepted: readonly [A, ...A[]]
) => {
  const kinds = new Map(accepted.map((each) => each.split(/:(.*)/s) as [CredentialKind, Scope | undefined]));
  const wanted = [...kinds.keys()].map((kind) => NAMES[kind]).join(' or ');
  return createMiddleware<AppEnv & { Variables: { principal: PrincipalOf<KindOf<A>> } }>(async (c, next) => {
    const token = credentialOf(c.req.header('x-api-key'), c.req.header('authorization'));
    if (token === undefined) throw new GatewayError('unauthenticated', `This route needs ${wanted}.`);
    const found = await verifyCredential(deps, c.get('store'), token, c.get('clientIp'));
    const recordRefusal = async (error: Error | undefined) => {
      if (found.kind !== 'apiKey' || !isRefusal(error)) return;
      const { ip, userAgent } = actorOf(c, found.uid);
      await deps.recordRefusedUse(c.get('store'), found, error.message, { ip, userAgent });
    };
    if (!kinds.has(found.kind)) {
      const refusal = new GatewayError('forbidden', `This route takes ${wanted}, not ${NAMES[found.kind]}.`);
      await recordRefusal(refusal);
      throw refusal;
    }
    c.get('logFields')['uid'] = found.uid;
    if (found.kind === 'apiKey') c.get('logFields')['apiKeyId'] = found.keyId;
    const principal = found.kind === 'apiKey' ? { ...found, scope: kinds.get('apiKey') } : found;
    c.set('principal', principal as PrincipalOf<KindOf<A>>);
    await next();
    await recordRefusal(c.error);
  });
};

/** Whether the route refused the key itself, as opposed to what was asked with it. */
function isRefusal(error: Error | undefined): error is GatewayError {
  return error instanceof GatewayError && (error.code === 'unauthenticated' || error.code === 'forbidden');
}

/** The credential as it came; undefined where there is none. */
function credentialOf(apiKey: string | undefined, authorization: string | undefined): string | undefined {
  if (apiKey) return apiKey.trim();
  return authorization === undefined ? undefined : bearerToken(authorization);
}

/** The token of an Authorization header (RFC 6750). */
export function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer +([^\s]+)$/i.exec(authorization ?? '')?.[1];
  if (!token) {
    throw new GatewayError(
      'unauthenticated',
      'The Authorization header is not of the form "Bearer <token>".',
    );
  }
  return token;
}
