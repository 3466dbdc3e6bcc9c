import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { downloadFirestoreJar } from './download-firestore.ts';

const content = Buffer.from('a jar'.repeat(50_000));
const expectedChecksumSHA256 = createHash('sha256').update(content).digest('hex');
let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'firegate-download-')), 'cache');
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  rmSync(dirname(folder), { recursive: true, force: true });
});

async function download(listener: RequestListener, connectTimeoutMs = 2_000): Promise<string | undefined> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return downloadFirestoreJar(
    connectTimeoutMs,
    {
      remoteUrl: `http://127.0.0.1:${port}/emulator.jar`,
      expectedSize: content.length,
      expectedChecksumSHA256,
      downloadPathRelativeToCacheDir: 'emulator.jar',
    },
    { folder, path: join(folder, 'emulator.jar') },
  );
}

const nothingIsLeft = () => !existsSync(folder) || readdirSync(folder).length === 0;

it('puts the file where the Firebase CLI looks for it', async () => {
  expect(await download((_request, response) => response.end(content))).toBe(join(folder, 'emulator.jar'));
  expect(readFileSync(join(folder, 'emulator.jar')).equals(content)).toBe(true);
  expect(readdirSync(folder)).toEqual(['emulator.jar']);
});

it.each<[string, RequestListener]>([
  ['is damaged', (_request, response) => void response.end('something else')],
  ['is refused', (_request, response) => void response.writeHead(403).end('no')],
  [
    'breaks off',
    (_request, response) => {
      response.writeHead(200, { 'Content-Length': content.length });
      response.write(content.subarray(0, 1_000), () => response.destroy());
    },
  ],
])('answers undefined and leaves nothing when the download %s', async (_what, listener) => {
  expect(await download(listener)).toBeUndefined();
  expect(nothingIsLeft()).toBe(true);
});

it('does not wait for a network that swallows everything', async () => {
  const start = performance.now();
  expect(await download(() => {}, 150)).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(1_500);
});
