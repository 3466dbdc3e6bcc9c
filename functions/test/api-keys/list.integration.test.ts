import { Timestamp } from '@google-cloud/firestore';
import { expect, it } from 'vitest';
import { newKeyId } from '../../src/domain/api-key.ts';
import { apiKeyRef } from '../../src/store/api-keys.ts';
import { expectError } from '../auth/support.ts';
import { firestore, newOwner, type Owner } from './support.ts';

const COUNT = 10_000;

async function readAll(owner: Owner, limit: number): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const answer = await owner.list(
      `?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    expect(answer.status).toBe(200);
    ids.push(...answer.body.items.map(({ id }) => id));
    cursor = answer.body.nextCursor;
    pages += 1;
  } while (cursor);
  return { ids, pages };
}

it(`${COUNT} keys of one user come by page: each once, the newest first`, async () => {
  const owner = await newOwner();
  const { apiKey } = await owner.key();
  const made = await apiKeyRef(firestore, apiKey.id).get();
  const document = made.data();
  if (!document) throw new Error('no key');
  const writer = firestore.bulkWriter({ throttling: false });
  const times = new Map<string, number>();
  for (let i = 0; i < COUNT - 1; i += 1) {
    const id = newKeyId();
    // Seven share each moment: a page may end in the middle of them.
    const createdAt = Timestamp.fromMillis(1_700_000_000_000 + Math.floor(i / 7));
    times.set(id, createdAt.toMillis());
    void writer.create(apiKeyRef(firestore, id), { ...document, createdAt });
  }
  await writer.close();

  const { ids, pages } = await readAll(owner, 200);
  expect(pages).toBe(COUNT / 200);
  expect(ids).toHaveLength(COUNT);
  expect(new Set(ids).size).toBe(COUNT);
  expect(ids[0]).toBe(apiKey.id);
  const listed = ids.slice(1).map((id) => times.get(id) ?? Number.NaN);
  expect(listed).toEqual([...times.values()].sort((a, b) => b - a));
}, 120_000);

it('a page that is exactly full has no next one; a wrong page is a 400', async () => {
  const owner = await newOwner();
  const keys = [];
  for (let i = 0; i < 4; i += 1) keys.push((await owner.key({ name: `k${i}` })).apiKey.id);
  expect(await readAll(owner, 2)).toEqual({ ids: keys.toReversed(), pages: 2 });
  expect(await readAll(owner, 3)).toEqual({ ids: keys.toReversed(), pages: 2 });
  expect(await readAll(owner, 1)).toEqual({ ids: keys.toReversed(), pages: 4 });
  const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const query of [
    'limit=0',
    'limit=201',
    'limit=x',
    'cursor=x',
    'cursor=',
    `cursor=${cursor([1, 1, ''])}`,
    `cursor=${cursor([1, 1, 'a/b'])}`,
    `cursor=${cursor([1, 1, '__x__'])}`,
    `cursor=${cursor([1e15, 1, 'a'])}`,
    `cursor=${cursor([-1e12, 1, 'a'])}`,
    `cursor=${cursor([1, -1, 'a'])}`,
    `cursor=${cursor({})}`,
    'offset=3',
  ]) {
    expectError(await owner.list(`?${query}`), 400, 'invalid_request');
  }
});
