import { createMiddleware } from 'hono/factory';
import type { ClientTokenIssuer } from '../../domain/client-token.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { CredentialKind, PrincipalOf } from '../../domain/principal.ts';
import type { Directory } from '../../identity/directory.ts';
import { verifyCredential } from '../../services/auth/verify-credential.ts';
import type { AppEnv } from '../env.ts';

const NAMES: Record<CredentialKind, string> = {
  accessToken: 'an access token',
  clientToken: 'a client token',
};

/**
 * Demands a credential of one of the given kinds and sets `principal`. A handler that reads `c.var.principal`
 * compiles only behind this step.
 *
 * @throws GatewayError `unauthenticated` (missing, malformed, expired, forged), `forbidden` (valid, wrong kind).
 */
export const authenticate = <K extends CredentialKind>(
  deps: { clientTokens: ClientTokenIssuer; directory: Directory },
  ...accepted: readonly [K, ...K[]]
) =>
  createMiddleware<AppEnv & { Variables: { principal: PrincipalOf<K> } }>(async (c, next) => {
    const wanted = accepted.map((kind) => NAMES[kind]).join(' or ');
    if (!c.req.header('authorization')) {
      throw new GatewayError('unauthenticated', `This route needs ${wanted} as a bearer token.`);
    }
    const principal = await verifyCredential(deps, bearerToken(c.req.header('authorization')));
    if (!isOneOf(principal, accepted)) {
      throw new GatewayError('forbidden', `This route takes ${wanted}, not ${NAMES[principal.kind]}.`);
    }
    c.get('logFields')['uid'] = principal.uid;
    c.set('principal', principal);
    await next();
  });

/** The credential as it came (RFC 6750). */
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

function isOneOf<K extends CredentialKind>(
  principal: { kind: CredentialKind },
  accepted: readonly K[],
): principal is PrincipalOf<K> {
  return (accepted as readonly CredentialKind[]).includes(principal.kind);
}
