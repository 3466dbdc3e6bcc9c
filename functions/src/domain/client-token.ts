import { createHash } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { GatewayError } from './errors.ts';

/** How long a client token lives, in seconds. */
export const CLIENT_TOKEN_TTL = { default: 300, max: 900 } as const;
const ALGORITHM = 'HS256';
const TOKEN_TYPE = 'client+jwt';

/** What a client token allows. Absent lists: all that the user may use. */
export interface ClientTokenGrant {
  uid: string;
  /** Seconds since the epoch at which the user signed in; a logout ends the tokens from before it. */
  authTime: number;
  providers?: string[] | undefined;
  models?: string[] | undefined;
  maxOutputTokens?: number | undefined;
}

export interface ClientTokenIssuer {
  sign(grant: ClientTokenGrant, ttlSeconds: number): Promise<{ clientToken: string; expiresAt: Date }>;
  /** @throws GatewayError `unauthenticated`, saying which check failed. */
  verify(token: string): Promise<ClientTokenGrant & { tokenId: string }>;
}

const claimsSchema = z.object({
  sub: z.string().min(1),
  jti: z.string().min(1),
  auth_time: z.int().nonnegative(),
  providers: z.array(z.string()).optional(),
  models: z.array(z.string()).optional(),
  max_output_tokens: z.int().positive().optional(),
});

/**
 * Signs and verifies client tokens: JWTs (RFC 7519) with HMAC-SHA-256.
 *
 * @param options.secrets the first signs, all verify, so that a secret can be rotated without a gap.
 * @param options.now milliseconds since the epoch.
 */
export function createClientTokenIssuer(options: {
  secrets: readonly [string, ...string[]];
  projectId: string;
  now: () => number;
  newId: () => string;
}): ClientTokenIssuer {
  const issuer = `firegate:${options.projectId}`;
  const audience = 'firegate:generate';
  const keys = new Map(options.secrets.map((secret) => [keyId(secret), new TextEncoder().encode(secret)]));
  const [signingKeyId, signingKey] = [...keys][0] as [string, Uint8Array];

  return {
    async sign(grant, ttlSeconds) {
      const issuedAt = Math.floor(options.now() / 1000);
      const clientToken = await new SignJWT({
        auth_time: grant.authTime,
        ...(grant.providers && { providers: grant.providers }),
        ...(grant.models && { models: grant.models }),
        ...(grant.maxOutputTokens && { max_output_tokens: grant.maxOutputTokens }),
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid: signingKeyId })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(grant.uid)
        .setJti(options.newId())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ttlSeconds)
        .sign(signingKey);
      return { clientToken, expiresAt: new Date((issuedAt + ttlSeconds) * 1000) };
    },

    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, ({ kid }) => keys.get(kid ?? '') ?? signingKey, {
          algorithms: [ALGORITHM],
          typ: TOKEN_TYPE,
          issuer,
          audience,
          requiredClaims: ['exp', 'iat', 'sub', 'jti', 'auth_time'],
          currentDate: new Date(options.now()),
        });
        const claims = claimsSchema.parse(payload);
        return {
          uid: claims.sub,
          tokenId: claims.jti,
          authTime: claims.auth_time,
          providers: claims.providers,
          models: claims.models,
          maxOutputTokens: claims.max_output_tokens,
        };
      } catch (error) {
        throw new GatewayError('unauthenticated', explain(error), { cause: error });
      }
    },
  };
}

/** Names a secret without telling anything of it. */
function keyId(secret: string): string {
  return createHash('sha256')
    .update(`firegate client token key id\n${secret}`)
    .digest('base64url')
    .slice(0, 8);
}

function explain(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The client token has expired.';
  if (error instanceof errors.JOSEAlgNotAllowed)
    return 'The client token is signed with another algorithm than HS256.';
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return 'The client token’s signature does not verify.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    switch (error.claim) {
      case 'aud':
        return 'The client token is for another audience.';
      case 'iss':
        return 'The client token was issued by another issuer.';
      case 'nbf':
        return 'The client token is not valid yet.';
      default:
        return `The client token’s claim "${error.claim}" is missing or wrong.`;
    }
  }
  return 'The client token is malformed.';
}
