import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { functionsDir } from '../../../tools/lib/paths.ts';
import { stack } from '../harness/stack.ts';
import { setClaims, signIn, signUp, type TestUser } from '../harness/users.ts';

// The real rules engine (the Firestore emulator's, with this project's firestore.rules), asked as a client's SDK asks
// it: over the REST API, with an ID token of Firebase Authentication.

let user: TestUser;
let admin: TestUser;

beforeAll(async () => {
  user = await signUp();
  const { uid, email, password } = await signUp();
  await setClaims(uid, { admin: true });
  admin = await signIn(email, password);
});

/** The contract's collections, and every name that a store module uses. */
function collections(): string[] {
  const store = join(functionsDir, 'src/store');
  const used = readdirSync(store)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => [
      ...readFileSync(join(store, file), 'utf8').matchAll(/(?:collection|collectionGroup)\('(\w+)'\)/g),
    ])
    .map((match) => match[1] as string);
  const contract = ['users', 'apiKeys', 'usageMetrics', 'rateLimitBuckets', 'auditLog', 'files'];
  return [...new Set([...contract, ...used, 'anythingElse'])];
}

interface Attempt {
  method: string;
  path: string;
  body?: unknown;
}

const document = { fields: { tier: { stringValue: 'unlimited' } } };
const query = (collection: string) => ({
  structuredQuery: { from: [{ collectionId: collection }], limit: 1 },
});

/** Everything that a client could try on a collection. */
function attempts(collection: string, id: string): Record<string, Attempt> {
  const name = `projects/${stack().projectId}/databases/(default)/documents/${collection}/${id}`;
  return {
    get: { method: 'GET', path: `/${collection}/${id}` },
    list: { method: 'GET', path: `/${collection}` },
    query: { method: 'POST', path: ':runQuery', body: query(collection) },
    groupQuery: {
      method: 'POST',
      path: ':runQuery',
      body: { structuredQuery: { from: [{ collectionId: collection, allDescendants: true }] } },
    },
    create: { method: 'POST', path: `/${collection}?documentId=made`, body: document },
    write: { method: 'PATCH', path: `/${collection}/${id}`, body: document },
    nested: { method: 'PATCH', path: `/${collection}/${id}/more/one`, body: document },
    remove: { method: 'DELETE', path: `/${collection}/${id}` },
    commit: { method: 'POST', path: ':commit', body: { writes: [{ update: { name, ...document } }] } },
  };
}

async function tryIt({ method, path, body }: Attempt, token: string | undefined): Promise<number> {
  const { firestore, projectId } = stack();
  const response = await fetch(
    `http://${firestore}/v1/projects/${projectId}/databases/(default)/documents${path}`,
    {
      method,
      headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
  );
  await response.arrayBuffer();
  return response.status;
}

describe.each([
  ['nobody', () => undefined],
  ['a user', () => user.accessToken],
  ['an admin', () => admin.accessToken],
])('the rules refuse %s', (_who, token) => {
  it.each(collections())('everything on %s', async (collection) => {
    const statuses: Record<string, number> = {};
    // The user's own id: not even their own document.
    for (const [name, attempt] of Object.entries(attempts(collection, user.uid))) {
      statuses[name] = await tryIt(attempt, token());
    }
    expect([...new Set(Object.values(statuses))], JSON.stringify(statuses)).toEqual([403]);
  });
});

it('is the rules’ doing: the Admin SDK’s way past them is open', async () => {
  const attempt = { method: 'PATCH', path: '/rulesProbe/one', body: document };
  expect(await tryIt(attempt, 'owner')).toBe(200);
  expect(await tryIt({ method: 'GET', path: '/rulesProbe/one' }, 'owner')).toBe(200);
  expect(await tryIt({ method: 'GET', path: '/rulesProbe/one' }, user.accessToken)).toBe(403);
});
