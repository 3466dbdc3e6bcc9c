import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { stack } from './stack.ts';

export interface TestUser {
  uid: string;
  email: string;
  password: string;
  /** A Firebase ID token: what the API calls an access token. */
  accessToken: string;
  refreshToken: string;
}

interface SignInResponse {
  localId: string;
  idToken: string;
  refreshToken: string;
}

/** A new user, made at the Auth emulator as the client SDK does it; no Firegate route is involved. */
export async function signUp(
  email = `${randomUUID()}@example.com`,
  password = 'correct horse 7',
): Promise<TestUser> {
  const body = { email, password, returnSecureToken: true };
  const response = await identity<SignInResponse>('accounts:signUp', body);
  // The Auth emulator notes validSince a moment after auth_time: where a second begins between the two, the
  // token is one of a session that has ended.
  const { auth_time: authTime } = decodeJwt(response.idToken);
  if (Number(authTime) < Math.floor(Date.now() / 1000)) return signIn(email, password);
  return toUser(email, password, response);
}

export async function signIn(email: string, password: string): Promise<TestUser> {
  const body = { email, password, returnSecureToken: true };
  return toUser(email, password, await identity<SignInResponse>('accounts:signInWithPassword', body));
}

/** Sets custom claims such as `{ admin: true }`; sign in again for a token that carries them. */
export async function setClaims(uid: string, claims: Record<string, unknown>): Promise<void> {
  await identity(
    'accounts:update',
    { localId: uid, customAttributes: JSON.stringify(claims) },
    { owner: true },
  );
}

/** The mails that the Auth emulator would have sent, newest last: `requestType`, `email`, `oobCode`, `oobLink`. */
export async function sentMails(
  email: string,
): Promise<{ email: string; requestType: string; oobCode: string; oobLink: string }[]> {
  const { auth, projectId } = stack();
  const response = await fetch(`http://${auth}/emulator/v1/projects/${projectId}/oobCodes`, {
    headers: { Authorization: 'Bearer owner' },
  });
  const { oobCodes } = (await response.json()) as {
    oobCodes: { email: string; requestType: string; oobCode: string; oobLink: string }[];
  };
  return oobCodes.filter((mail) => mail.email === email);
}

/** Calls the Auth emulator's Identity Toolkit API. */
export async function identity<T>(
  method: string,
  body: unknown,
  { owner = false }: { owner?: boolean } = {},
): Promise<T> {
  const { auth } = stack();
  const response = await fetch(`http://${auth}/identitytoolkit.googleapis.com/v1/${method}?key=test`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(owner && { Authorization: 'Bearer owner' }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

function toUser(email: string, password: string, response: SignInResponse): TestUser {
  return {
    uid: response.localId,
    email,
    password,
    accessToken: response.idToken,
    refreshToken: response.refreshToken,
  };
}
