import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { Storage } from '@google-cloud/storage';
import { beforeEach, describe, expect, it } from 'vitest';
import { expectError, seenUser } from '../auth/support.ts';
import { api } from '../harness/request.ts';
import { stack } from '../harness/stack.ts';
import type { TestUser } from '../harness/users.ts';
import { samples, textOf } from './samples.ts';
import { content, type FileBody, quota, upload } from './support.ts';

let user: TestUser;
let token: string;
beforeEach(async () => {
  user = await seenUser();
  token = user.accessToken;
});

/** No record, no room, no object. */
async function expectNothingLeft(): Promise<void> {
  await expect.poll(async () => (await quota(token)).used).toEqual({ bytes: 0, files: 0 });
  expect((await api<{ items: FileBody[] }>('files', { token })).body.items).toEqual([]);
  const storage = new Storage({ apiEndpoint: `http://${stack().storage}`, projectId: stack().projectId });
  const [objects] = await storage
    .bucket(`${stack().projectId}.firebasestorage.app`)
    .getFiles({ prefix: `users/${user.uid}/` });
  expect(objects).toEqual([]);
}

const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

describe('content that is refused, and of which nothing is left', () => {
  const cases: [string, () => Promise<Uint8Array | string>, string?][] = [
    ['a PNG that is cut', async () => (await samples.png()).subarray(0, -12)],
    ['a GIF that is cut', async () => (await samples.gif()).subarray(0, -1)],
    ['a WebP that is cut', async () => (await samples.webp()).subarray(0, -10)],
    ['a PNG with a page behind it', async () => Buffer.concat([await samples.png(), Buffer.from(svg)])],
    [
      'a PNG with an archive behind it',
      async () => Buffer.concat([await samples.png(), Buffer.from('PK\x03\x04')]),
    ],
    ['a PNG that is said to be a JPEG', samples.png, 'image/jpeg'],
    ['a text that is said to be a PNG', samples.text, 'image/png'],
    ['SVG, as itself', async () => svg, 'image/svg+xml'],
    ['SVG, of no type', async () => svg],
    ['SVG, as text', async () => svg, 'text/plain'],
    ['SVG, as a PNG', async () => svg, 'image/png'],
    ['SVG after white space', async () => ` \n\t${svg}`, 'text/plain'],
    ['SVG after a byte order mark', async () => `\ufeff${svg}`, 'text/plain'],
    ['XML', async () => `<?xml version="1.0"?>${svg}`],
    ['HTML', async () => '<!DOCTYPE html><body onload=alert(1)>', 'text/html'],
    ['HTML, as Markdown', async () => '<script>alert(1)</script>', 'text/markdown'],
    ['HTML in UTF-16', async () => Buffer.from('\ufeff<html><script>1</script>', 'utf16le'), 'text/plain'],
    [
      'a text that is none further on',
      async () => Buffer.concat([textOf(200_000), Buffer.from([0xc3, 0x28])]),
    ],
    ['a program', async () => Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(200)])],
    [
      'an archive',
      async () => Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(200)]),
      'application/zip',
    ],
    ['random bytes', async () => Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 131) % 256))],
  ];
  it.each(cases)('%s', async (_, make, type) => {
    const answer = await upload(token, await make(), type === undefined ? {} : { type });
    expectError(answer, 415, 'unsupported_media_type');
    await expectNothingLeft();
  });

  it('nothing at all', async () => {
    expect((await upload(token, new Uint8Array())).status).toBe(400);
    await expectNothingLeft();
  });
});

describe('polyglots that are whole are harmless', () => {
  it.each([
    ['a GIF that is a script as well', 'GIF89a/*<script>alert(1)</script>*/=alert(1);', 'image/gif'],
    ['a PDF with a page in it', '%PDF-1.4\n<script>alert(1)</script>\n%%EOF\n', 'application/pdf'],
    ['a text with markup further on', 'Look:\n<script>alert(1)</script>', 'text/plain'],
  ])('%s', async (_, bytes, type) => {
    const { body } = await upload(token, bytes, { query: { name: 'x.html' } });
    expect(body.mediaType).toBe(type);
    const url = await api<{ url: string }>(`files/${body.id}/download-url`, {
      token,
      body: { disposition: 'inline' },
    });
    for (const got of [await content(token, body.id), await fetch(url.body.url)]) {
      expect(got.headers.get('content-type')?.split(';')[0]).toBe(type);
      expect(got.headers.get('x-content-type-options')).toBe('nosniff');
      expect(got.headers.get('content-security-policy')).toContain('sandbox');
      expect(got.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });
});

describe('sizes that lie', () => {
  const most = 25 * 1024 * 1024;
  /** A request as no client writes it. */
  const raw = (head: string[], body: Buffer, end: boolean) =>
    new Promise<string>((resolve) => {
      const url = new URL(stack().url);
      const socket = connect(Number(url.port), url.hostname, () => {
        const lines = [
          'POST /api/api/v1/files?name=x HTTP/1.1',
          `Host: ${url.host}`,
          `Authorization: Bearer ${token}`,
          ...head,
          '',
          '',
        ];
        socket.write(lines.join('\r\n'));
        socket.write(body);
        if (end) setTimeout(() => socket.destroy(), 300);
      });
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk.toString();
        if (answer.includes('\r\n\r\n')) socket.destroy();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(answer));
    });

  it('more is announced than comes: nothing is left', async () => {
    await raw(['Content-Length: 500000', 'Content-Type: text/plain'], textOf(100_000), true);
    await expectNothingLeft();
  });

  it('a client that leaves once it was refused does no harm', async () => {
    const head = ['Content-Length: 5000000', 'Content-Type: image/svg+xml'];
    expect(await raw(head, textOf(400_000), false)).toContain('HTTP/1.1 415');
    await expectNothingLeft();
  });

  it('more is announced than may be: refused before it is read', async () => {
    const answer = await raw([`Content-Length: ${most + 1}`], Buffer.from('x'), false);
    expect(answer).toContain('HTTP/1.1 413');
    await expectNothingLeft();
  });

  it('more comes than was announced: the rest is no part of it', async () => {
    await raw(['Content-Length: 4', 'Content-Type: text/plain'], Buffer.from('some text'), false);
    await expect.poll(async () => (await quota(token)).used).toEqual({ bytes: 4, files: 1 });
  });

  it('in chunks without end: cut off at the most', async () => {
    const chunk = textOf(1024 * 1024);
    let sent = 0;
    const endless = Readable.from(
      (async function* () {
        for (;;) {
          sent += chunk.length;
          yield chunk;
          if (sent > 4 * most) throw new Error('Nobody stopped it');
        }
      })(),
    );
    const answer = await fetch(`${stack().url}/api/api/v1/files`, {
      method: 'POST',
      body: Readable.toWeb(endless) as ReadableStream,
      headers: { Authorization: `Bearer ${token}` },
      duplex: 'half',
    } as RequestInit).then(
      ({ status }) => status,
      () => 'cut',
    );
    expect([413, 'cut']).toContain(answer);
    expect(sent).toBeLessThan(2 * most);
    await expectNothingLeft();
  });
});

describe('names', () => {
  it.each([
    '../../etc/passwd',
    'a/b',
    'a\\b',
    '..',
    '.',
    '',
    ' ',
    'a\u0000b',
    'a\r\nSet-Cookie: x',
    'exe.\u202egpj',
    'x'.repeat(256),
    'ü'.repeat(128),
  ])('%j is none', async (name) => {
    expectError(await upload(token, 'text', { query: { name } }), 400, 'invalid_request');
    await expectNothingLeft();
  });

  it.each(['ü'.repeat(127), 'a "quoted" name; %00.txt', '日本語 🌊.txt', '-rf', '__proto__', 'CON'])(
    '%j is one, and is asked for as it is',
    async (name) => {
      const { body, status } = await upload(token, 'text', { query: { name } });
      expect([status, body.name]).toEqual([201, name]);
      const header = (await content(token, body.id)).headers.get('content-disposition') ?? '';
      expect(header).toMatch(/^attachment; filename="[^"\r\n]*"; filename\*=UTF-8''[^"\s]*$/);
      expect(decodeURIComponent(header.split("UTF-8''")[1] ?? '')).toBe(name);
    },
  );

  it('is kept composed', async () => {
    const { body } = await upload(token, 'text', { query: { name: 'u\u0308' } });
    expect(body.name).toBe('\u00fc');
  });
});

describe('forms', () => {
  const form = async (text: string, boundary = 'b') =>
    fetch(`${stack().url}/api/api/v1/files`, {
      method: 'POST',
      body: text,
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': `multipart/form-data${boundary && `; boundary=${boundary}`}`,
      },
    }).then(async (response) => ({ status: response.status, text: await response.text() }));
  const part = (head: string, body: string) =>
    `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`;
  const file = part('name="file"; filename="a.txt"', 'some text');

  it.each([
    ['two files', `${file}${file}--b--\r\n`],
    ['no file', `${part('name="name"', 'x')}--b--\r\n`],
    ['a field that nobody knows', `${part('name="owner"', 'somebody')}${file}--b--\r\n`],
    ['a field twice', `${part('name="name"', 'x')}${part('name="name"', 'y')}${file}--b--\r\n`],
    ['no end', part('name="file"; filename="a.txt"', 'some te').slice(0, -4)],
    ['another boundary', file.replaceAll('--b', '--c')],
    ['nothing', '--b--\r\n'],
    ['no form', '{"file":1}'],
  ])('%s', async (_, text) => {
    const answer = await form(text);
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 400 });
    await expectNothingLeft();
  });

  it('without a boundary', async () => {
    expect((await form(file, '')).status).toBeGreaterThanOrEqual(400);
    await expectNothingLeft();
  });
});
