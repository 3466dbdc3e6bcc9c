import { describe, expect, it } from 'vitest';
import { type KeyAccess, refuseKey } from './key-access.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const access: KeyAccess = {
  userId: 'u',
  status: 'active',
  hashes: [{ hash: 'new' }, { hash: 'old', validUntil: NOW + 1 }],
  expiresAt: NOW + 1,
  scopes: ['generate', 'images'],
  providers: ['openai'],
  models: ['gpt-a', 'openai/gpt-b'],
  limits: {},
  budget: undefined,
};
const use = (hash = 'new', scope = 'generate', model = 'gpt-a', provider = 'openai') => ({
  apiKey: { id: 'k', hash, scope },
  provider,
  model,
});

describe('what a key may be used for', () => {
  it('lets in what it lists, until the moment at which it or its old secret ends', () => {
    for (const asked of [use(), use('old'), use('new', 'images'), use('new', 'generate', 'gpt-b')]) {
      expect(refuseKey(access, asked, NOW)).toBeUndefined();
    }
    expect(refuseKey(access, use(), NOW + 1)).toEqual({ reason: 'key_expired' });
    expect(refuseKey({ ...access, expiresAt: undefined }, use('old'), NOW + 1)).toEqual({
      reason: 'key_rotated',
    });
  });

  it('allows nothing that is not listed, and everything where there is no list', () => {
    expect(refuseKey(access, use('new', 'videos'), NOW)).toEqual({
      reason: 'key_without_scope',
      scope: 'videos',
    });
    expect(refuseKey({ ...access, scopes: [] }, use(), NOW)?.reason).toBe('key_without_scope');
    expect(refuseKey(access, use('new', 'generate', 'gpt-a', 'anthropic'), NOW)).toEqual({
      reason: 'key_without_provider',
      provider: 'anthropic',
    });
    expect(refuseKey(access, use('new', 'generate', 'gpt-c'), NOW)?.reason).toBe('key_without_model');
    const open = { ...access, providers: undefined, models: undefined };
    expect(refuseKey(open, use('new', 'generate', 'any', 'other'), NOW)).toBeUndefined();
  });

  it('lets nobody in without a key, a status or a hash that stands', () => {
    expect(refuseKey(undefined, use(), NOW)).toEqual({ reason: 'key_unknown' });
    expect(refuseKey({ ...access, status: 'revoked' }, use(), NOW)).toEqual({ reason: 'key_revoked' });
    expect(refuseKey({ ...access, hashes: [] }, use(), NOW)).toEqual({ reason: 'key_rotated' });
    expect(refuseKey(access, use('NEW'), NOW)).toEqual({ reason: 'key_rotated' });
  });
});
