import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { usdFromNano } from '../../src/domain/money.ts';
import { createKey } from '../auth/matrix/credentials.ts';
import { expectError, seenUser } from '../auth/support.ts';
import { api, send } from '../harness/request.ts';
import { stack } from '../harness/stack.ts';
import type { TestUser } from '../harness/users.ts';
import { samples, textOf } from './samples.ts';
import { content, type FileBody, quota, upload } from './support.ts';

let user: TestUser;
let token: string;
beforeAll(async () => {
  user = await seenUser();
  token = user.accessToken;
});

const TYPES: Record<keyof typeof samples, string> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  pdf: 'application/pdf',
  text: 'text/plain',
  json: 'text/plain',
};

describe('a file that comes with the request', () => {
  it.each(Object.entries(TYPES))('is kept as it is: %s', async (kind, type) => {
    const bytes = await samples[kind as keyof typeof samples]();
    const made = await upload(token, bytes, { query: { name: `a ${kind} ü.bin` } });
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^file_/),
        name: `a ${kind} ü.bin`,
        mediaType: type,
        bytes: bytes.length,
        status: 'ready',
        source: 'upload',
        sha256: createHash('sha256').update(bytes).digest('hex'),
        crc32c: expect.stringMatching(/^.{6}==$/),
      },
    });
    expect(await api(`files/${made.body.id}`, { token })).toMatchObject({ status: 200, body: made.body });
    const got = await content(token, made.body.id);
    expect(got.status).toBe(200);
    expect(got.headers.get('content-type')?.split(';')[0]).toBe(type);
    expect(got.headers.get('x-content-type-options')).toBe('nosniff');
    expect(got.headers.get('content-security-policy')).toContain('sandbox');
    expect(got.headers.get('content-disposition')).toMatch(/^attachment; /);
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('comes as a form as well, its facts before it', async () => {
    const form = new FormData();
    form.set('name', 'renamed.png');
    form.set('expiresAt', new Date(Date.now() + 3_600_000).toISOString());
    const png = await samples.png();
    form.set('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'original.png');
    const answer = await post(form);
    expect(answer.status).toBe(201);
    const file = (await answer.json()) as FileBody;
    expect(file).toMatchObject({ name: 'renamed.png', mediaType: 'image/png', bytes: png.length });
    expect(file.expiresAt).toBeDefined();
  });

  it('in a form loses the folders of its name', async () => {
    const form = new FormData();
    form.set('file', new Blob(['some text']), '../../etc/passwd');
    const file = (await (await post(form)).json()) as FileBody;
    expect(file).toMatchObject({ name: 'passwd', mediaType: 'text/plain' });
  });

  it('comes in chunks of unknown size', async () => {
    const source = new ReadableStream({
      start(controller) {
        controller.enqueue(textOf(100_000));
        controller.enqueue(textOf(50_000));
        controller.close();
      },
    });
    const before = await quota(token);
    const response = await post(source);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ bytes: 150_000, mediaType: 'text/plain' });
    const after = await quota(token);
    expect(after.used).toEqual({ bytes: before.used.bytes + 150_000, files: before.used.files + 1 });
  });

  it('is paid for by size, on one record', async () => {
    const whom = await seenUser();
    const bytes = 1_500_000;
    expect((await upload(whom.accessToken, textOf(bytes))).status).toBe(201);
    const { items } = (await api<{ items: Record<string, unknown>[] }>('usage', { token: whom.accessToken }))
      .body;
    expect(items).toHaveLength(1);
    // 0.02 USD a GiB and month.
    const nano = Math.ceil((bytes * 20_000_000) / 1024 ** 3);
    expect(items[0]).toMatchObject({
      provider: 'firegate',
      model: 'storage',
      route: 'files',
      units: { bytes },
      cost: { usd: usdFromNano(nano) },
      status: 'ok',
      inputTokens: 0,
    });
  });
});

/** What `send` would turn into JSON. */
const post = (body: FormData | ReadableStream) =>
  fetch(`${stack().url}/api/api/v1/files`, {
    method: 'POST',
    body,
    headers: { Authorization: `Bearer ${token}` },
    duplex: 'half',
  } as RequestInit);

describe('downloads', () => {
  let file: FileBody;
  const text = textOf(300_000);
  beforeAll(async () => {
    file = (await upload(token, text, { query: { name: 'long "text".txt' } })).body;
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=299990-', 299_990, 300_000],
    ['bytes=-5', 299_995, 300_000],
    ['bytes=100-1000000', 100, 300_000],
  ])('%s', async (range, from, to) => {
    const got = await content(token, file.id, { Range: range });
    expect(got.status).toBe(206);
    expect(got.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/300000`);
    expect(Buffer.from(await got.arrayBuffer()).equals(text.subarray(from, to))).toBe(true);
  });

  it('a range past the end is a 416', async () => {
    const got = await content(token, file.id, { Range: 'bytes=300000-' });
    expect(got.status).toBe(416);
    expect(got.headers.get('content-range')).toBe('bytes */300000');
  });

  it('what one has is a 304', async () => {
    const etag = (await content(token, file.id)).headers.get('etag') ?? '';
    expect((await content(token, file.id, { 'If-None-Match': etag })).status).toBe(304);
    // As a proxy hands it on that has compressed the content.
    const weak = { 'If-None-Match': `"other", W/${etag}` };
    expect((await content(token, file.id, weak)).status).toBe(304);
    expect((await content(token, file.id, { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it('what it is like is told by a HEAD, without its content', async () => {
    const options = { token, method: 'HEAD', headers: { Range: 'bytes=0-99' } };
    const got = await send(`/api/api/v1/files/${file.id}/content`, options);
    expect(got.status).toBe(206);
    expect(got.headers.get('content-length')).toBe('100');
    expect(got.headers.get('content-range')).toBe('bytes 0-99/300000');
    expect(await got.text()).toBe('');
  });

  it('by a URL no longer than the file itself', async () => {
    const expiresAt = new Date(Date.now() + 90_000).toISOString();
    const { id } = (await upload(token, 'short-lived', { query: { expiresAt } })).body;
    const body = { ttlSeconds: 3600 };
    const made = await api<{ expiresAt: string }>(`files/${id}/download-url`, { token, body });
    expect(Date.parse(expiresAt) - Date.parse(made.body.expiresAt)).toBeGreaterThanOrEqual(0);
    expect(Date.parse(expiresAt) - Date.parse(made.body.expiresAt)).toBeLessThan(1_000);
  });

  it('by a URL for a while, without a credential; nothing about it can be changed', async () => {
    const made = await api<{ url: string; expiresAt: string }>(`files/${file.id}/download-url`, {
      token,
      body: { ttlSeconds: 60, disposition: 'inline' },
    });
    expect(made.status).toBe(200);
    const left = Date.parse(made.body.expiresAt) - Date.now();
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThan(61_000);
    const got = await fetch(made.body.url);
    expect(got.status).toBe(200);
    expect((await got.text()).length).toBe(300_000);
    // What a browser may not show stays an attachment.
    expect(got.headers.get('content-disposition')).toMatch(/^attachment; filename="long _text_.txt"/);
    const other = (await upload(token, 'another')).body;
    const changed = [
      made.body.url.replace('inline', 'attachment'),
      made.body.url.replace(/expires=\d/, 'expires=9'),
      made.body.url.replace(/signature=./, 'signature=!'),
      made.body.url.replace(file.id, other.id),
      made.body.url.replace(/expires=\d+/, 'expires=1'),
    ];
    for (const url of changed) expect([url, (await fetch(url)).status]).toEqual([url, 403]);
  });
});

describe('whose they are', () => {
  it('another user’s file is not there', async () => {
    const { id } = (await upload(token, 'mine')).body;
    const other = (await seenUser()).accessToken;
    expectError(await api(`files/${id}`, { token: other }), 404, 'not_found');
    expectError(await api(`files/${id}`, { token: other, method: 'DELETE' }), 404, 'not_found');
    expectError(await api(`files/${id}/download-url`, { token: other, body: {} }), 404, 'not_found');
    expectError(await api(`files/${id}/complete`, { token: other, body: {} }), 404, 'not_found');
    expect((await content(other, id)).status).toBe(404);
    expect((await api(`files/${id}`, { token })).status).toBe(200);
  });

  it('an API key reads and writes by its scopes, whatever models it may call', async () => {
    const key = await createKey(user, ['files:read', 'files:write']);
    const { id } = (await upload(key, 'by key')).body;
    expect(await (await content(key, id)).text()).toBe('by key');
    expect((await api(`files/${id}`, { token: key, method: 'DELETE' })).status).toBe(204);
    const reader = await createKey(user, ['files:read']);
    expectError(await upload(reader, 'no'), 403, 'forbidden');
  });
});

it('lists by page, the newest first, without those of others', async () => {
  const whom = await seenUser();
  const names = ['one', 'two', 'three'];
  for (const name of names) await upload(whom.accessToken, name, { query: { name } });
  interface Page {
    items: FileBody[];
    nextCursor?: string;
  }
  const first = (await api<Page>('files?limit=2', { token: whom.accessToken })).body;
  expect(first.items.map(({ name }) => name)).toEqual(['three', 'two']);
  const next = await api<Page>(`files?limit=2&cursor=${first.nextCursor}`, { token: whom.accessToken });
  expect(next.body.items.map(({ name }) => name)).toEqual(['one']);
  expect(next.body.nextCursor).toBeUndefined();
});

it('a deleted file is gone, its content and its room as well', async () => {
  const whom = await seenUser();
  const { id } = (await upload(whom.accessToken, textOf(1000))).body;
  expect((await quota(whom.accessToken)).used).toEqual({ bytes: 1000, files: 1 });
  expect((await api(`files/${id}`, { token: whom.accessToken, method: 'DELETE' })).status).toBe(204);
  expectError(await api(`files/${id}`, { token: whom.accessToken }), 404, 'not_found');
  expectError(await api(`files/${id}`, { token: whom.accessToken, method: 'DELETE' }), 404, 'not_found');
  expect((await quota(whom.accessToken)).used).toEqual({ bytes: 0, files: 0 });
});
