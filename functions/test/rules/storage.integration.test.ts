import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../../tools/lib/paths.ts';
import { MAX_FILE_BYTES } from '../../src/domain/files/limits.ts';
import { MEDIA_TYPE_NAMES } from '../../src/domain/files/media-types.ts';
import { stack } from '../harness/stack.ts';

// The rules of Storage run in a runtime that is not to be had here (docs/security.md). They are of the same language as
// Firestore's: this translates storage.rules word by word and asks the Firestore emulator's engine, in a project of
// their own. An object is a document of its path, its size and type are fields.

const PROJECT = 'demo-storage-rules';
const rules = readFileSync(join(root, 'storage.rules'), 'utf8');
const base = () => `http://${stack().firestore}`;
const documents = `/v1/projects/${PROJECT}/databases/(default)/documents`;

/** Each replacement must find its place: a rule that is written otherwise needs another translation. */
function translated(): string {
  const steps: [RegExp, string][] = [
    [/service firebase\.storage/g, 'service cloud.firestore'],
    [/match \/b\/\{bucket\}\/o \{/g, 'match /databases/{database}/documents {'],
    [/firestore\.get\(\/databases\/\(default\)\//g, 'get(/databases/(default)/'],
    [/request\.resource\.(size|contentType)/g, 'request.resource.data.$1'],
    // A document has an even number of segments.
    [/\/uploads\/\{fileId\}\/part \{/g, '/uploads/{fileId}/part/{object} {'],
  ];
  return steps.reduce((text, [from, to]) => {
    if (text.search(from) < 0) throw new Error(`storage.rules has no ${from}`);
    return text.replaceAll(from, to);
  }, rules);
}

interface Asked {
  method?: string;
  token?: string | undefined;
  fields?: Record<string, unknown>;
}

async function ask(path: string, { method = 'GET', token, fields }: Asked): Promise<number> {
  const response = await fetch(`${base()}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    ...(fields && { body: JSON.stringify({ fields }) }),
  });
  await response.arrayBuffer();
  return response.status;
}

const tokenOf = (uid: string) => new UnsecuredJWT({ sub: uid, user_id: uid }).encode();
const id = (letter: string) => `file_${letter.repeat(22)}`;
const text = (stringValue: string) => ({ stringValue });
const whole = (integerValue: number) => ({ integerValue: String(integerValue) });

const RESERVED = 1_000;
const records: [string, string, string, number][] = [
  [id('a'), 'ada', 'pending', RESERVED],
  [id('r'), 'ada', 'ready', RESERVED],
  [id('b'), 'bob', 'pending', RESERVED],
  [id('h'), 'ada', 'pending', 2 * MAX_FILE_BYTES],
];

beforeAll(async () => {
  const loaded = await fetch(`${base()}/emulator/v1/projects/${PROJECT}:securityRules`, {
    method: 'PUT',
    body: JSON.stringify({ rules: { files: [{ name: 'storage.rules', content: translated() }] } }),
  });
  expect({ status: loaded.status, text: await loaded.text() }).toMatchObject({ status: 200 });
  for (const [fileId, userId, status, bytes] of records) {
    const fields = { userId: text(userId), status: text(status), bytes: whole(bytes) };
    expect(await ask(`${documents}/files/${fileId}`, { method: 'PATCH', token: 'owner', fields })).toBe(200);
  }
  for (const path of [`users/ada/files/${id('r')}`, `users/ada/uploads/${id('r')}/part/there`]) {
    const fields = { size: whole(1) };
    expect(await ask(`${documents}/${path}`, { method: 'PATCH', token: 'owner', fields })).toBe(200);
  }
});

let objects = 0;
/** A new object under a client's upload. */
const create = (
  uid: string | undefined,
  path: string,
  object: { size?: number; contentType?: string } = {},
) => {
  objects += 1;
  return ask(`${documents}/${path}?documentId=object${objects}`, {
    method: 'POST',
    token: uid && tokenOf(uid),
    fields: { size: whole(object.size ?? 500), contentType: text(object.contentType ?? 'image/png') },
  });
};
const upload = (uid: string, fileId: string) => `users/${uid}/uploads/${fileId}/part`;

describe('a client puts an upload', () => {
  it('where room was reserved for it', async () => {
    expect(await create('ada', upload('ada', id('a')))).toBe(200);
    expect(await create('ada', upload('ada', id('a')), { size: RESERVED })).toBe(200);
  });

  it.each(MEDIA_TYPE_NAMES)('of the type %s', async (contentType) => {
    expect(await create('ada', upload('ada', id('a')), { contentType })).toBe(200);
  });

  it.each<[string, string | undefined, string, { size?: number; contentType?: string }?]>([
    ['without a session', undefined, upload('ada', id('a'))],
    ['under another’s prefix', 'bob', upload('ada', id('a'))],
    ['for another’s file', 'ada', upload('ada', id('b'))],
    ['for no file', 'ada', upload('ada', id('x'))],
    ['for a file that is ready', 'ada', upload('ada', id('r'))],
    ['under a name of their own', 'ada', upload('ada', 'anything')],
    ['larger than its room', 'ada', upload('ada', id('a')), { size: RESERVED + 1 }],
    ['larger than any file', 'ada', upload('ada', id('h')), { size: MAX_FILE_BYTES + 1 }],
    ['of nothing', 'ada', upload('ada', id('a')), { size: 0 }],
    ['of HTML', 'ada', upload('ada', id('a')), { contentType: 'text/html' }],
    ['of SVG', 'ada', upload('ada', id('a')), { contentType: 'image/svg+xml' }],
    ['of a type behind another', 'ada', upload('ada', id('a')), { contentType: 'x/image/png' }],
    ['of no type', 'ada', upload('ada', id('a')), { contentType: '' }],
    ['beside it', 'ada', `users/ada/uploads/${id('a')}/other`],
    ['among the checked files', 'ada', 'users/ada/files'],
    ['elsewhere under their prefix', 'ada', 'users/ada/more'],
    ['outside of all prefixes', 'ada', 'public'],
  ])('never %s', async (_, uid, path, object) => {
    expect(await create(uid, path, object)).toBe(403);
  });

  it('once: nothing there is read, changed or deleted', async () => {
    const there = `${documents}/users/ada/uploads/${id('r')}/part/there`;
    const token = tokenOf('ada');
    expect(await ask(there, { token })).toBe(403);
    expect(await ask(there, { token, method: 'PATCH', fields: { size: whole(1) } })).toBe(403);
    expect(await ask(there, { token, method: 'DELETE' })).toBe(403);
    expect(await ask(`${documents}/users/ada/uploads/${id('r')}/part`, { token })).toBe(403);
  });
});

describe('a checked file', () => {
  const file = `${documents}/users/ada/files/${id('r')}`;

  it('is read by its owner and by nobody else', async () => {
    expect(await ask(file, { token: tokenOf('ada') })).toBe(200);
    expect(await ask(file, { token: tokenOf('bob') })).toBe(403);
    expect(await ask(file, {})).toBe(403);
  });

  it('is listed, changed and deleted by no client', async () => {
    const token = tokenOf('ada');
    expect(await ask(`${documents}/users/ada/files`, { token })).toBe(403);
    expect(await ask(file, { token, method: 'PATCH', fields: { size: whole(1) } })).toBe(403);
    expect(await ask(file, { token, method: 'DELETE' })).toBe(403);
  });
});

it('has the same largest size as the API', () => {
  expect(rules).toContain(`${MAX_FILE_BYTES / 1024 / 1024} * 1024 * 1024`);
});
