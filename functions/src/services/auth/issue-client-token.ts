import { CLIENT_TOKEN_TTL, type ClientTokenIssuer } from '../../domain/client-token.ts';
import type { AccessTokenPrincipal } from '../../domain/principal.ts';

export interface ClientTokenRequest {
  providers?: string[] | undefined;
  models?: string[] | undefined;
  maxOutputTokens?: number | undefined;
  ttlSeconds?: number | undefined;
}

/** Issues a token of minutes that a page or an app may hold; it outlives neither a logout nor a disabling. */
export async function issueClientToken(
  deps: { clientTokens: ClientTokenIssuer },
  principal: AccessTokenPrincipal,
  request: ClientTokenRequest,
): Promise<{ clientToken: string; expiresAt: Date }> {
  const { ttlSeconds = CLIENT_TOKEN_TTL.default, ...grant } = request;
  return deps.clientTokens.sign({ ...grant, uid: principal.uid, authTime: principal.authTime }, ttlSeconds);
}
