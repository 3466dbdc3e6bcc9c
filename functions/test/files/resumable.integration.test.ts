import { createHash } from 'node:crypto';
import { Storage } from '@google-cloud/storage';
import { beforeAll, describe, expect, it } from 'vitest';
import { contentPath, uploadPath } from '../../src/store/files.ts';
import { expectError, seenUser } from '../auth/support.ts';
import { api } from '../harness/request.ts';
import { stack } from '../harness/stack.ts';
import type { TestUser } from '../harness/users.ts';
import { samples, textOf } from './samples.ts';
import { complete, content, offer, quota } from './support.ts';

let user: TestUser;
let token: string;
beforeAll(async () => {
  user = await seenUser();
  token = user.accessToken;
});

/** The bucket past the API. */
const bucket = () =>
  new Storage({ apiEndpoint: `http://${stack().storage}`, projectId: stack().projectId }).bucket(
    `${stack().projectId}.firebasestorage.app`,
  );
const put = (url: string, body: Uint8Array, range?: string, origin?: string) =>
  fetch(url, {
    method: 'PUT',
    body: body as Uint8Array<ArrayBuffer>,
    headers: { ...(range && { 'Content-Range': range }), ...(origin && { Origin: origin }) },
  });

describe('an upload that goes straight to Storage', () => {
  it('reserves its room, is sent in chunks by a page, checked, and is a file then', async () => {
    const whom = await seenUser();
    const bytes = textOf(700_000);
    const page = 'http://127.0.0.1:5000';
    const offered = await offer(
      whom.accessToken,
      { name: 'large.txt', mediaType: 'text/plain', bytes: bytes.length },
      { Origin: page },
    );
    expect(offered).toMatchObject({ status: 201, body: { file: { status: 'pending', bytes: 700_000 } } });
    const { file, upload } = offered.body;
    expect(upload.url).not.toContain(whom.accessToken);
    expect((await quota(whom.accessToken)).used).toEqual({ bytes: 700_000, files: 1 });
    expectError(await complete(whom.accessToken, file.id), 409, 'conflict');
    expect((await content(whom.accessToken, file.id)).status).toBe(409);

    const first = await put(upload.url, bytes.subarray(0, 524_288), 'bytes 0-524287/700000', page);
    expect(first.status).toBe(308);
    expect(first.headers.get('access-control-allow-origin')).toBe(page);
    expectError(await complete(whom.accessToken, file.id), 409, 'conflict');
    const last = await put(upload.url, bytes.subarray(524_288), 'bytes 524288-699999/700000', page);
    expect(last.status).toBe(200);
    const { crc32c } = (await last.json()) as { crc32c: string };

    const done = await complete(whom.accessToken, file.id, { crc32c });
    expect(done).toMatchObject({
      status: 200,
      body: {
        id: file.id,
        status: 'ready',
        mediaType: 'text/plain',
        sha256: createHash('sha256').update(bytes).digest('hex'),
        crc32c,
      },
    });
    expect((await complete(whom.accessToken, file.id)).body).toEqual(done.body);
    expect(await (await content(whom.accessToken, file.id)).text()).toBe(bytes.toString());
    const { items } = (await api<{ items: object[] }>('usage', { token: whom.accessToken })).body;
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ route: 'files/complete', units: { bytes: 700_000 } });
    expect(await bucket().file(uploadPath(whom.uid, file.id)).exists()).toEqual([false]);
  });

  it('completed by several at once is one file, paid for once', async () => {
    const whom = await seenUser();
    const png = await samples.png();
    const { file, upload } = (
      await offer(whom.accessToken, { name: 'p.png', mediaType: 'image/png', bytes: png.length })
    ).body;
    await put(upload.url, png);
    const answers = await Promise.all([1, 2, 3].map(() => complete(whom.accessToken, file.id)));
    for (const { status, body } of answers) expect([status, body]).toEqual([200, answers[0]?.body]);
    expect((await api(`files/${file.id}`, { token: whom.accessToken })).body).toMatchObject({
      status: 'ready',
    });
    expect(Buffer.from(await (await content(whom.accessToken, file.id)).arrayBuffer()).equals(png)).toBe(
      true,
    );
    const { items } = (
      await api<{ items: { cost: { usd: string } }[] }>('usage', { token: whom.accessToken })
    ).body;
    expect(items.filter(({ cost }) => /[1-9]/.test(cost.usd))).toHaveLength(1);
    expect((await quota(whom.accessToken)).used).toEqual({ bytes: png.length, files: 1 });
  });

  it.each([
    ['another type than was said', 'image/png', async () => textOf(500), 415],
    ['markup', 'text/plain', async () => Buffer.from('<html><script>alert(1)</script></html>'), 415],
    ['a picture that is cut', 'image/png', async () => (await samples.png()).subarray(0, 60), 415],
  ])('%s is deleted at its check', async (_, mediaType, make, status) => {
    const whom = await seenUser();
    const bytes = await make();
    const { file, upload } = (await offer(whom.accessToken, { name: 'x', mediaType, bytes: bytes.length }))
      .body;
    expect((await put(upload.url, bytes)).status).toBe(200);
    expect((await complete(whom.accessToken, file.id)).status).toBe(status);
    expectError(await api(`files/${file.id}`, { token: whom.accessToken }), 404, 'not_found');
    expect(await bucket().file(uploadPath(whom.uid, file.id)).exists()).toEqual([false]);
    expect(await bucket().file(contentPath(whom.uid, file.id)).exists()).toEqual([false]);
    expect((await quota(whom.accessToken)).used).toEqual({ bytes: 0, files: 0 });
  });

  it('another checksum than was said is a 422, and deleted', async () => {
    const { file, upload } = (await offer(token, { name: 'x', mediaType: 'text/plain', bytes: 4 })).body;
    await put(upload.url, Buffer.from('abcd'));
    expectError(await complete(token, file.id, { crc32c: 'AAAAAA==' }), 422, 'unprocessable');
    expectError(await api(`files/${file.id}`, { token }), 404, 'not_found');
  });

  it('another checksum harms nothing that was completed meanwhile', async () => {
    const whom = await seenUser();
    const { file, upload } = (await offer(whom.accessToken, { name: 'x', mediaType: 'text/plain', bytes: 4 }))
      .body;
    await put(upload.url, Buffer.from('abcd'));
    const wrong = { crc32c: 'AAAAAA==' };
    const answers = await Promise.all([
      complete(whom.accessToken, file.id),
      ...[1, 2, 3].map(() => complete(whom.accessToken, file.id, wrong)),
    ]);
    // Whichever came first: it is whole, or gone, and never half of each.
    const [good, ...bad] = answers;
    const { status, text } = await api(`files/${file.id}`, { token: whom.accessToken });
    expect([200, 404]).toContain(good?.status);
    expect([status, text]).toEqual([good?.status, expect.any(String)]);
    for (const each of bad) expect([200, 404, 422]).toContain(each.status);
    const got = await content(whom.accessToken, file.id);
    expect(got.status).toBe(good?.status);
    expect(await bucket().file(contentPath(whom.uid, file.id)).exists()).toEqual([good?.status === 200]);
  });

  it('more than was reserved, put there past the session, is deleted', async () => {
    const { file } = (await offer(token, { name: 'x', mediaType: 'text/plain', bytes: 4 })).body;
    await bucket().file(uploadPath(user.uid, file.id)).save('abcdefgh', { resumable: false });
    expectError(await complete(token, file.id), 413, 'payload_too_large');
    expect(await bucket().file(uploadPath(user.uid, file.id)).exists()).toEqual([false]);
  });

  it('can be given up', async () => {
    const whom = await seenUser();
    const { file } = (await offer(whom.accessToken, { name: 'x', mediaType: 'text/plain', bytes: 400 })).body;
    expect((await api(`files/${file.id}`, { token: whom.accessToken, method: 'DELETE' })).status).toBe(204);
    expect((await quota(whom.accessToken)).used).toEqual({ bytes: 0, files: 0 });
  });
});

describe('the quota', () => {
  it('has room for so much, reserved room included', async () => {
    const whom = await seenUser();
    const { quota: most } = await quota(whom.accessToken);
    const largest = 512 * 1024 * 1024;
    const ask = (bytes: number) => offer(whom.accessToken, { name: 'x', mediaType: 'video/mp4', bytes });
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask(largest)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(Math.floor(most.bytes / largest));
    const refused = answers.find(({ status }) => status !== 201);
    const error = expectError(refused as never, 409, 'conflict');
    expect(error.details).toMatchObject({ reason: 'quota_exceeded', quota: most });
    expect((await quota(whom.accessToken)).used.bytes).toBe(most.bytes);
    expect((await ask(1)).status).toBe(409);
    const { file } = answers.find(({ status }) => status === 201)?.body ?? { file: { id: '' } };
    await api(`files/${file.id}`, { token: whom.accessToken, method: 'DELETE' });
    expect((await ask(1)).status).toBe(201);
  });

  it('a file over the largest there may be is refused', async () => {
    const answer = await offer(token, { name: 'x', mediaType: 'video/mp4', bytes: 512 * 1024 * 1024 + 1 });
    expect([400, 413]).toContain(answer.status);
  });
});
