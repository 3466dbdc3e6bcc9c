import { randomBytes, randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import { expect } from 'vitest';
import { StoreHandle } from '../../src/store/handle.ts';
import { type Answer, api, type RequestOptions } from '../harness/request.ts';
import { stack } from '../harness/stack.ts';
import { setClaims, signIn, signUp, type TestUser } from '../harness/users.ts';

export interface User {
  id: string;
  email: string | null;
  displayName: string | null;
  tier: string;
  isActive: boolean;
  isVerified: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface Session {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
  user: User;
}

export interface ErrorBody {
  error: { code: string; message: string; requestId: string; details?: Record<string, unknown> };
}

export const newEmail = (): string => `${randomUUID()}@example.com`;
export const PASSWORD = 'correct horse 7';

/** A client address that nobody else has, so that no test meets another's attempt limit. */
export function newIp(): string {
  const groups = randomBytes(8).toString('hex').match(/.{4}/g) ?? [];
  return `2001:db8:0:0:${groups.join(':')}`;
}

/** As the proxy in front of a function passes a client on. */
export const from = (ip: string = newIp()) => ({ 'X-Forwarded-For': ip });

/** A request to the control plane from an address of its own. */
export const ask = <T = Session>(route: string, options: RequestOptions = {}): Promise<Answer<T>> =>
  api<T>(route, { ...options, headers: { ...from(), ...options.headers } });

/** An answer in the contract's error shape. */
export function expectError(answer: Answer, status: number, code: string): ErrorBody['error'] {
  expect({ status: answer.status, text: answer.text }).toEqual({
    status,
    text: expect.stringContaining(code),
  });
  const { error } = answer.body as ErrorBody;
  expect(error).toMatchObject({
    code,
    message: expect.stringMatching(/\S/),
    requestId: answer.headers.get('x-request-id'),
  });
  expect(Object.keys(answer.body as object)).toEqual(['error']);
  return error;
}

/** What an error says, without the id of its request. */
export function withoutRequestId(answer: Answer): unknown {
  const { error } = answer.body as ErrorBody;
  const { requestId: _, ...rest } = error;
  return { status: answer.status, error: rest };
}

/** The emulated database, past the API. */
export const openFirestore = (): Firestore =>
  new Firestore({ projectId: stack().projectId, ignoreUndefinedProperties: true });

/** The same with what the services take. */
export const openStore = (): StoreHandle => new StoreHandle(openFirestore(), Date.now);

/** A user who has been seen by Firegate. */
export async function seenUser(): Promise<TestUser> {
  const user = await signUp();
  expect((await ask('auth/me', { token: user.accessToken })).status).toBe(200);
  return user;
}

/** An administrator, as `npm run admin -- grant` makes one. */
export async function signUpAdmin(): Promise<TestUser> {
  const user = await signUp();
  await setClaims(user.uid, { admin: true });
  return signIn(user.email, user.password);
}
