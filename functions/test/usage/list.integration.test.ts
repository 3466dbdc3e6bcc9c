import { Timestamp } from '@google-cloud/firestore';
import { beforeAll, describe, expect, it } from 'vitest';
import { usdFromNano } from '../../src/domain/money.ts';
import type { UsageDocument } from '../../src/store/usage-metrics.ts';
import { expectError, seenUser } from '../auth/support.ts';
import { type Answer, api } from '../harness/request.ts';
import { stack } from '../harness/stack.ts';
import type { TestUser } from '../harness/users.ts';
import { addRecords, record, type UsageItem } from './support.ts';

const T0 = Date.parse('2026-03-01T00:00:00Z');
const HOUR = 3_600_000;
const CALLS = [
  { provider: 'openai', model: 'gpt-4.1' },
  { provider: 'openai', model: 'gpt-4.1-mini' },
  { provider: 'anthropic', model: 'claude-haiku-4-5' },
];

let user: TestUser;
let records: { id: string; data: UsageDocument }[];
beforeAll(async () => {
  user = await seenUser();
  const someone = await seenUser();
  await addRecords([record(someone.uid, { timestamp: Timestamp.fromMillis(T0) })]);
  records = await addRecords(
    Array.from({ length: 60 }, (_, i) =>
      record(user.uid, {
        ...CALLS[i % 3],
        ...(i % 4 === 0 && { apiKeyId: i % 8 === 0 ? 'keyA' : 'keyB' }),
        // Five share each hour, of which two differ by less than a millisecond.
        timestamp: new Timestamp((T0 + Math.floor(i / 5) * HOUR) / 1000, i % 5 === 4 ? 5_000 : 0),
        costNanoUsd: i,
        ...(i % 10 === 3 && { units: { images: 2, seconds: 0.5 } }),
      }),
    ),
  );
});

type Page = { items: UsageItem[]; nextCursor?: string };
const list = (query: string, headers: Record<string, string> = {}): Promise<Answer<Page>> =>
  api(`usage?${query}`, { token: user.accessToken, headers });

async function readAll(query: string, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const { body, status } = await list(`${query}&limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`);
    expect(status).toBe(200);
    expect(body.items.length).toBeLessThanOrEqual(limit);
    ids.push(...body.items.map(({ id }) => id));
    cursor = body.nextCursor;
  } while (cursor);
  return ids;
}

const matching = (test: (data: UsageDocument, at: number) => boolean): string[] =>
  records.filter(({ data }) => test(data, data.timestamp.toMillis())).map(({ id }) => id);
const iso = (hours: number) => new Date(T0 + hours * HOUR).toISOString();

describe('the list of usage', () => {
  it('shows each record in full', async () => {
    const { body } = await list('limit=1');
    const [newest] = records;
    if (!newest) throw new Error('no record');
    const { data, id } = newest;
    expect(body.items).toEqual([
      {
        id,
        timestamp: data.timestamp.toDate().toISOString(),
        userId: user.uid,
        ...(data.apiKeyId !== undefined && { apiKeyId: data.apiKeyId }),
        provider: data.provider,
        model: data.model,
        route: 'llm/generate',
        inputTokens: 100,
        outputTokens: 20,
        cachedInputTokens: 10,
        cacheWriteInputTokens: 5,
        reasoningTokens: 3,
        cost: { usd: usdFromNano(data.costNanoUsd) },
        latencyMs: 12,
        status: 'ok',
        terminationReason: 'completed',
        source: 'provider',
        attempts: [
          {
            provider: 'openai',
            model: 'gpt-4.1-mini',
            status: 'ok',
            latencyMs: 11,
            cost: { usd: '0.001234567' },
          },
        ],
      },
    ]);
  });

  it.each([1, 3, 7, 20, 60, 200])(
    'comes whole by pages of %d, in order, records of one moment too',
    async (limit) => {
      expect(await readAll('', limit)).toEqual(records.map(({ id }) => id));
    },
  );

  const filters: [string, (data: UsageDocument, at: number) => boolean][] = [
    ['provider=anthropic', (data) => data.provider === 'anthropic'],
    ['model=gpt-4.1', (data) => data.model === 'gpt-4.1'],
    ['apiKeyId=keyA', (data) => data.apiKeyId === 'keyA'],
    [
      'provider=openai&model=gpt-4.1-mini&apiKeyId=keyB',
      (data) => data.model === 'gpt-4.1-mini' && data.apiKeyId === 'keyB',
    ],
    ['provider=anthropic&model=gpt-4.1', () => false],
    [`from=${iso(4)}`, (_, at) => at >= T0 + 4 * HOUR],
    [`to=${iso(4)}`, (_, at) => at < T0 + 4 * HOUR],
    [`from=${iso(2)}&to=${iso(5)}`, (_, at) => at >= T0 + 2 * HOUR && at < T0 + 5 * HOUR],
    ['from=2026-03-01T04:00:00%2B02:00', (_, at) => at >= T0 + 2 * HOUR],
    ['from=2026-03-01&to=2026-03-02', () => true],
    ['from=2026-03-02', () => false],
    ['to=2026-03-01', () => false],
    [`from=${iso(5)}&to=${iso(2)}`, () => false],
    [
      `provider=openai&from=${iso(3)}&to=${iso(9)}`,
      (data, at) => data.provider === 'openai' && at >= T0 + 3 * HOUR && at < T0 + 9 * HOUR,
    ],
    ['provider=nobody', () => false],
  ];
  it.each(filters)('%s', async (query, test) => {
    expect(await readAll(query, 4)).toEqual(matching(test));
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=ten',
    'cursor=nonsense',
    'from=yesterday',
    'from=0000-01-01',
    'from=0000-01-01T00:00:00Z',
    'to=2026-13-01',
    'to=',
    'provider=',
    'user=somebody',
    'userId=somebody',
    `model=${'x'.repeat(201)}`,
  ])('refuses %s', async (query) => {
    expectError(await list(query), 400, 'invalid_request');
  });

  it('takes the last day there is', async () => {
    expect((await list('to=9999-12-31T23:59:59Z&from=0001-01-01')).status).toBe(200);
  });
});

describe('the list as CSV', () => {
  const csv = { Accept: 'text/csv' };
  const HEADER =
    'id,timestamp,userId,apiKeyId,provider,model,route,inputTokens,outputTokens,cachedInputTokens,cacheWriteInputTokens,reasoningTokens,costUsd,latencyMs,timeToFirstTokenMs,status,terminationReason,source,attempts,images,seconds,bytes';

  it('has the same rows, page by page by its Link header', async () => {
    const rows: string[] = [];
    let url: URL | undefined = new URL(`${stack().url}/api/api/v1/usage?limit=25&provider=openai`);
    let pages = 0;
    while (url) {
      const response: Response = await fetch(url, {
        headers: { ...csv, Authorization: `Bearer ${user.accessToken}` },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(response.headers.get('vary')).toContain('Accept');
      const [header, ...lines] = (await response.text()).split('\r\n');
      expect(header).toBe(HEADER);
      expect(lines.pop()).toBe('');
      rows.push(...lines);
      pages += 1;
      const next = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
      url = next === undefined ? undefined : new URL(next, url);
    }
    expect(pages).toBe(2);
    const expected = records.filter(({ data }) => data.provider === 'openai');
    expect(rows.map((row) => row.split(','))).toEqual(
      expected.map(({ id, data }) => [
        id,
        data.timestamp.toDate().toISOString(),
        user.uid,
        data.apiKeyId ?? '',
        data.provider,
        data.model,
        data.route,
        '100',
        '20',
        '10',
        '5',
        '3',
        usdFromNano(data.costNanoUsd),
        '12',
        '',
        'ok',
        'completed',
        'provider',
        '1',
        data.units ? '2' : '',
        data.units ? '0.5' : '',
        '',
      ]),
    );
  });

  it('quotes what needs it and makes no formula of a name', async () => {
    const other = await seenUser();
    await addRecords([record(other.uid, { model: '=1+1,"x"\n', timeToFirstTokenMs: 7 })]);
    const { text } = await api('usage', { token: other.accessToken, headers: csv });
    expect(text).toContain(`,openai,"'=1+1,""x""\n",llm/generate,`);
    expect(text).toContain(',12,7,ok,');
  });

  it.each([
    ['text/csv', 'text/csv'],
    ['text/csv, application/json;q=0.5', 'text/csv'],
    ['application/json;q=0.1, Text/CSV', 'text/csv'],
    ['application/json, text/csv', 'application/json'],
    ['text/csv;q=0.1, application/json;q=0.9', 'application/json'],
    ['text/csv;q=0', 'application/json'],
    ['*/*', 'application/json'],
    ['text/html', 'application/json'],
  ])('Accept: %s is answered in %s', async (accept, type) => {
    expect((await list('limit=1', { Accept: accept })).headers.get('content-type')).toContain(type);
  });
});
