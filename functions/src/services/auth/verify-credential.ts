import type { ClientTokenIssuer } from '../../domain/client-token.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { ApiKeyPrincipal, Principal } from '../../domain/principal.ts';
import type { Directory } from '../../identity/directory.ts';
import type { StoreHandle } from '../../store/handle.ts';
import type { ApiKeyVerifier } from '../api-keys/verify-api-key.ts';

/** The scope that a key needs is the route's to say. */
export type VerifiedPrincipal = Exclude<Principal, ApiKeyPrincipal> | Omit<ApiKeyPrincipal, 'scope'>;

/**
 * Tells what kind of credential a text is and verifies it. A client token is verified here, with no call to the
 * identity service; an access token by the Admin SDK against Google's public keys; an API key against its hash.
 *
 * @throws GatewayError `unauthenticated`, saying what is wrong with it.
 */
export async function verifyCredential(
  deps: { clientTokens: ClientTokenIssuer; directory: Directory; apiKeys: ApiKeyVerifier },
  store: StoreHandle,
  token: string,
  clientIp: string,
): Promise<VerifiedPrincipal> {
  if (token.startsWith('fg_'))
    return { kind: 'apiKey', ...(await deps.apiKeys.verify(store, token, clientIp)) };
  if (isIssuedByFirebase(token)) return deps.directory.verifyAccessToken(token);
  const grant = await deps.clientTokens.verify(token);
  return {
    kind: 'clientToken',
    uid: grant.uid,
    authTime: grant.authTime,
    providers: grant.providers,
    models: grant.models,
    maxOutputTokens: grant.maxOutputTokens,
  };
}

/** Reads the issuer without trusting it: it decides who verifies, not whether. */
function isIssuedByFirebase(token: string): boolean {
  const payload = token.split('.')[1];
  if (payload === undefined) throw new GatewayError('unauthenticated', 'The credential is malformed.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const issuer = (claims as { iss?: unknown } | null)?.iss;
    return typeof issuer === 'string' && issuer.startsWith('https://securetoken.google.com/');
  } catch (cause) {
    throw new GatewayError('unauthenticated', 'The credential is malformed.', { cause });
  }
}
