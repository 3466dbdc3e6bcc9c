import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Storage } from '../../functions/node_modules/@google-cloud/storage/build/esm/src/index.js';
import { Crc32c } from './crc32c.ts';
import { createStorageServer } from './server.ts';

let directory: string;
let server: Server;
let origin: string;

async function start(): Promise<void> {
  server = createStorageServer(directory);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const stop = () =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'firegate-storage-'));
  await start();
});
afterAll(async () => {
  await stop();
  rmSync(directory, { recursive: true, force: true });
});

// As the SDK sets itself up by STORAGE_EMULATOR_HOST.
const bucket = () => new Storage({ apiEndpoint: origin, projectId: 'demo' }).bucket('b');
const bytes = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (i * 31) % 251));

it('has the checksum that RFC 3720 gives for 32 zeros', () => {
  const crc = new Crc32c();
  crc.update(Buffer.alloc(32));
  expect(Buffer.from(crc.digest(), 'base64').toString('hex')).toBe('8a9136aa');
});

it('takes a stream from the SDK and gives it back, whole and in part', async () => {
  const file = bucket().file('folder/a file ü.bin');
  const content = bytes(700_000);
  const target = file.createWriteStream({
    resumable: false,
    metadata: { contentType: 'image/png', contentDisposition: 'inline' },
  });
  await pipeline(Readable.from([content.subarray(0, 10), content.subarray(10)]), target);
  const [metadata] = await file.getMetadata();
  expect(metadata).toMatchObject({ size: '700000', contentType: 'image/png', contentDisposition: 'inline' });
  const [whole] = await file.download();
  expect(whole.equals(content)).toBe(true);
  const [part] = await file.download({ start: 10, end: 19 });
  expect(part.equals(content.subarray(10, 20))).toBe(true);
});

it('makes no object of an upload that breaks off', async () => {
  const file = bucket().file('broken');
  const source = async function* () {
    yield bytes(100_000);
    throw new Error('no more');
  };
  await expect(pipeline(source, file.createWriteStream({ resumable: false }))).rejects.toThrow('no more');
  expect(await file.exists()).toEqual([false]);
});

it('copies one generation, lists and deletes', async () => {
  const from = bucket().file('from');
  await from.save('one', { resumable: false });
  const generation = String((await from.getMetadata())[0].generation);
  await bucket().file('from', { generation }).copy(bucket().file('to'), { contentType: 'text/plain' });
  await from.save('two', { resumable: false });
  await expect(bucket().file('from', { generation }).copy(bucket().file('to'))).rejects.toMatchObject({
    code: 404,
  });
  const [copy] = await bucket().file('to').download();
  expect(copy.toString()).toBe('one');
  expect((await bucket().getFiles({ prefix: 'to' }))[0].map(({ name }) => name)).toEqual(['to']);
  await bucket().file('to').delete();
  expect(await bucket().file('to').exists()).toEqual([false]);
});

it('keeps its objects over a restart', async () => {
  await bucket().file('kept').save('still here', { resumable: false });
  await stop();
  await start();
  expect((await bucket().file('kept').download())[0].toString()).toBe('still here');
});

const session = async (name: string, length: number): Promise<string> => {
  const [uri] = await bucket()
    .file(name)
    .createResumableUpload({
      origin: 'http://page.example',
      metadata: { contentType: 'text/plain', contentLength: length },
      preconditionOpts: { ifGenerationMatch: 0 },
    });
  return uri;
};
const put = (uri: string, body: Uint8Array | undefined, range?: string) =>
  fetch(uri, {
    method: 'PUT',
    ...(body && { body: body as Uint8Array<ArrayBuffer> }),
    headers: { ...(range && { 'Content-Range': range }), Origin: 'http://page.example' },
  });

it('takes a resumable upload in chunks, says where it stands, and is readable to its page alone', async () => {
  const content = bytes(600_000);
  const uri = await session('chunks', content.length);
  const first = await put(uri, content.subarray(0, 262_144), 'bytes 0-262143/600000');
  expect([first.status, first.headers.get('range')]).toEqual([308, 'bytes=0-262143']);
  expect(first.headers.get('access-control-allow-origin')).toBe('http://page.example');
  const asked = await put(uri, undefined, 'bytes */600000');
  expect([asked.status, asked.headers.get('range')]).toEqual([308, 'bytes=0-262143']);
  const last = await put(uri, content.subarray(262_144), 'bytes 262144-599999/600000');
  expect(last.status).toBe(200);
  expect((await bucket().file('chunks').download())[0].equals(content)).toBe(true);
});

it('refuses more than was announced, and a name that is taken', async () => {
  const uri = await session('small', 10);
  expect((await put(uri, bytes(11))).status).toBe(400);
  expect(await bucket().file('small').exists()).toEqual([false]);
  const second = await session('taken', 3);
  await bucket().file('taken').save('abc', { resumable: false });
  expect((await put(second, bytes(3))).status).toBe(412);
});
