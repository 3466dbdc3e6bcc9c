import type { Scope } from './scopes.ts';

/** Who makes a request, and by which kind of credential. */
export type CredentialKind = 'accessToken' | 'clientToken' | 'apiKey';

interface Signed {
  uid: string;
  /** Seconds since the epoch of the sign-in behind the credential. */
  authTime: number;
}

/** A person or script signed in with Firebase Authentication. */
export interface AccessTokenPrincipal extends Signed {
  kind: 'accessToken';
  /** Seconds since the epoch; tells a newer view of the user from an older one. */
  issuedAt: number;
  email: string | undefined;
  displayName: string | undefined;
  emailVerified: boolean;
  admin: boolean;
}

/** A page or app that holds a token of minutes, with what it may do. */
export interface ClientTokenPrincipal extends Signed {
  kind: 'clientToken';
  providers: string[] | undefined;
  models: string[] | undefined;
  maxOutputTokens: number | undefined;
}

/** A script or server with an API key, whose secret matched `hash`; whether the key still stands is told elsewhere. */
export interface ApiKeyPrincipal {
  kind: 'apiKey';
  /** The key's owner. */
  uid: string;
  keyId: string;
  hash: string;
  /** What the route asks of the key. */
  scope: Scope;
}

export type Principal = AccessTokenPrincipal | ClientTokenPrincipal | ApiKeyPrincipal;
export type PrincipalOf<K extends CredentialKind> = Extract<Principal, { kind: K }>;
