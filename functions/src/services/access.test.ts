import { expect, it } from 'vitest';
import { assertAccess } from './access.ts';

it.each([
  ['signed in after', 101],
  ['signed in at that very second', 100],
])('lets an active user in who %s the sessions were last ended', (_, authTime) => {
  expect(() => assertAccess({ isActive: true, validSince: 100 }, authTime)).not.toThrow();
});

it('refuses a session from before', () => {
  expect(() => assertAccess({ isActive: true, validSince: 100 }, 99)).toThrowError(
    expect.objectContaining({ code: 'unauthenticated', message: 'This session has ended. Sign in again.' }),
  );
});

it('refuses a disabled user, however new the session', () => {
  expect(() => assertAccess({ isActive: false, validSince: 0 }, 1e10)).toThrowError(
    expect.objectContaining({ code: 'unauthenticated', message: 'This account is disabled.' }),
  );
});
