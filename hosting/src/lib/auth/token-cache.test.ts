import { expect, test } from 'vitest';
import { TokenCache } from './token-cache.ts';

function setup() {
  const clock = { now: 0 };
  let issued = 0;
  const cache = new TokenCache(
    async () => ({ token: `token-${++issued}`, expiresAt: clock.now + 300_000 }),
    () => clock.now,
  );
  return { cache, clock };
}

test('one token serves until shortly before it expires', async () => {
  const { cache, clock } = setup();
  expect(await cache.get('ada')).toBe('token-1');
  clock.now = 269_000;
  expect(await cache.get('ada')).toBe('token-1');
  clock.now = 271_000;
  expect(await cache.get('ada')).toBe('token-2');
});

test('many who ask at once share one request', async () => {
  const { cache } = setup();
  expect(await Promise.all([cache.get('ada'), cache.get('ada'), cache.get('ada')])).toEqual([
    'token-1',
    'token-1',
    'token-1',
  ]);
});

test('a discarded token is replaced; discarding an old one leaves the new one', async () => {
  const { cache } = setup();
  const first = await cache.get('ada');
  cache.discard(first);
  const second = await cache.get('ada');
  expect(second).toBe('token-2');
  cache.discard(first);
  expect(await cache.get('ada')).toBe(second);
});

test('nobody gets another person’s token, not even one that is on its way', async () => {
  const { cache } = setup();
  const adas = cache.get('ada');
  const bobs = await cache.get('bob');
  expect(bobs).not.toBe(await adas);
  expect(await cache.get('bob')).toBe(bobs);
});

test('a failure is not remembered', async () => {
  let fail = true;
  const cache = new TokenCache(async () => {
    if (fail) throw new Error('no network');
    return { token: 'ok', expiresAt: Date.now() + 300_000 };
  });
  await expect(cache.get('ada')).rejects.toThrow('no network');
  fail = false;
  expect(await cache.get('ada')).toBe('ok');
});
