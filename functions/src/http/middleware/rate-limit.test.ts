import { describe, expect, it } from 'vitest';
import type { LimitState } from '../../services/ledger/contract.ts';
import { ask, testApp } from '../test-support.ts';
import { setLimitHeaders } from './rate-limit.ts';

const LIMITS: LimitState[] = [
  { name: 'tokens', unit: 'tokens', limit: 1_000, remaining: 400, resetSeconds: 30, windowSeconds: 50 },
  {
    name: 'requests-per-minute',
    unit: 'requests',
    limit: 120,
    remaining: 119,
    resetSeconds: 1,
    windowSeconds: 60,
  },
  { name: 'concurrency', unit: 'concurrent-requests', limit: 10, remaining: 9, resetSeconds: 1 },
];

async function headersFor(limits: LimitState[], about?: string): Promise<Record<string, string>> {
  const app = testApp();
  app.get('/', (c) => {
    setLimitHeaders(c, limits, about);
    return c.text('');
  });
  return Object.fromEntries((await ask(app, '/')).headers);
}

describe('the limit headers', () => {
  it('tell each limit in the IETF’s words, and the token bucket in the old ones', async () => {
    expect(await headersFor(LIMITS)).toMatchObject({
      'ratelimit-policy':
        '"tokens";q=1000;qu="tokens";w=50, "requests-per-minute";q=120;qu="requests";w=60, "concurrency";q=10;qu="concurrent-requests"',
      ratelimit: '"tokens";r=400;t=30, "requests-per-minute";r=119;t=1, "concurrency";r=9;t=1',
      'x-ratelimit-limit': '1000',
      'x-ratelimit-remaining': '400',
      'x-ratelimit-reset': '30',
    });
  });

  it('tell of the limit that refused', async () => {
    expect(await headersFor(LIMITS, 'requests-per-minute')).toMatchObject({
      'x-ratelimit-limit': '120',
      'x-ratelimit-remaining': '119',
      'x-ratelimit-reset': '1',
    });
  });

  it('fall back on the first where the limit is not among them', async () => {
    expect(await headersFor(LIMITS.slice(1), 'gone')).toMatchObject({ 'x-ratelimit-limit': '120' });
  });
});
