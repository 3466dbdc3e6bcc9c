import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { createClientTokenIssuer } from '../../domain/client-token.ts';
import type { AccessTokenPrincipal } from '../../domain/principal.ts';
import { issueClientToken } from './issue-client-token.ts';

const NOW = Date.UTC(2026, 10, 23);
const clientTokens = createClientTokenIssuer({
  secrets: ['a secret that is long enough for this test'],
  projectId: 'demo-unit',
  now: () => NOW,
  newId: () => 'ct_1',
});
const principal: AccessTokenPrincipal = {
  kind: 'accessToken',
  uid: 'user_1',
  authTime: 77,
  issuedAt: 88,
  email: 'ada@example.com',
  displayName: 'Ada',
  emailVerified: true,
  admin: true,
};

it('lives five minutes where nothing else is asked', async () => {
  const { expiresAt } = await issueClientToken({ clientTokens }, principal, {});
  expect(expiresAt.getTime()).toBe(NOW + 300_000);
});

it('lives as long as is asked', async () => {
  const { expiresAt } = await issueClientToken({ clientTokens }, principal, { ttlSeconds: 900 });
  expect(expiresAt.getTime()).toBe(NOW + 900_000);
});

it('is bound to the user and the sign-in, and tells nothing else of them', async () => {
  const { clientToken } = await issueClientToken({ clientTokens }, principal, { models: ['gpt-6-luna'] });
  const { sub, auth_time, ...rest } = decodeJwt(clientToken);
  expect({ sub, auth_time }).toEqual({ sub: 'user_1', auth_time: 77 });
  expect(Object.keys(rest).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'models']);
});
