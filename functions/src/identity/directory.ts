import type { Auth } from 'firebase-admin/auth';
import { GatewayError } from '../domain/errors.ts';
import type { AccessTokenPrincipal } from '../domain/principal.ts';

/** What Firegate needs of Firebase Authentication's Admin SDK, which loads on the first use. */
export interface Directory {
  /** @throws GatewayError `unauthenticated` when the token is malformed, forged or expired. */
  verifyAccessToken(token: string): Promise<AccessTokenPrincipal>;
  /** Disables or enables sign-in and refresh; what was issued before is Firegate's to refuse. */
  setDisabled(uid: string, disabled: boolean): Promise<void>;
  revokeRefreshTokens(uid: string): Promise<void>;
  findByEmail(email: string): Promise<string | undefined>;
  /** Sets or clears the custom claim `admin`; it shows in access tokens from the next refresh on. */
  setAdmin(uid: string, admin: boolean): Promise<void>;
}

export function createDirectory(projectId: string): Directory {
  let auth: Promise<Auth> | undefined;
  const load = () => {
    auth ??= (async () => {
      const [{ getApps, initializeApp }, { getAuth }] = await Promise.all([
        import('firebase-admin/app'),
        import('firebase-admin/auth'),
      ]);
      return getAuth(getApps()[0] ?? initializeApp({ projectId }));
    })();
    return auth;
  };

  return {
    async verifyAccessToken(token) {
      const verifier = await load();
      // Whether the user is disabled or has signed out is read from Firegate's own documents, not asked of the service.
      const claims = await verifier.verifyIdToken(token).catch((cause: unknown) => {
        throw new GatewayError('unauthenticated', explain(cause), { cause });
      });
      return {
        kind: 'accessToken',
        uid: claims.uid,
        authTime: claims.auth_time,
        issuedAt: claims.iat,
        email: claims.email,
        displayName: typeof claims['name'] === 'string' ? claims['name'] : undefined,
        emailVerified: claims.email_verified ?? false,
        admin: claims['admin'] === true,
      };
    },
    async setDisabled(uid, disabled) {
      try {
        await (await load()).updateUser(uid, { disabled });
      } catch (error) {
        // Who is gone from there cannot sign in any more.
        if (codeOf(error) !== 'auth/user-not-found') throw error;
      }
    },
    revokeRefreshTokens: async (uid) => (await load()).revokeRefreshTokens(uid),
    async findByEmail(email) {
      try {
        return (await (await load()).getUserByEmail(email)).uid;
      } catch (error) {
        if (codeOf(error) === 'auth/user-not-found') return undefined;
        throw error;
      }
    },
    async setAdmin(uid, admin) {
      const directory = await load();
      const { customClaims } = await directory.getUser(uid);
      await directory.setCustomUserClaims(uid, { ...customClaims, admin: admin || undefined });
    },
  };
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function explain(error: unknown): string {
  switch (codeOf(error)) {
    case 'auth/id-token-expired':
      return 'The access token has expired.';
    // The Auth emulator asks these of every token; in the cloud Firegate's own documents tell.
    case 'auth/id-token-revoked':
      return 'This session has ended. Sign in again.';
    case 'auth/user-disabled':
      return 'This account is disabled.';
    case 'auth/argument-error':
    case 'auth/invalid-id-token':
      return 'The access token is malformed or not signed by Firebase Authentication for this project.';
    default:
      return 'The access token could not be verified.';
  }
}
