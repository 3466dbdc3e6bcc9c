import { expect } from 'vitest';
import type { LimitOverrides } from '../../src/domain/tiers.ts';
import { setAccess } from '../../src/services/set-access.ts';
import { openStore } from '../auth/support.ts';
import type { Answer, RequestOptions } from '../harness/request.ts';
import type { TestUser } from '../harness/users.ts';
import { offer, upload } from './support.ts';

interface Given {
  user: TestUser;
  token: string | undefined;
}
type Changed = RequestOptions & { path?: string };

const store = openStore();
const limit = (user: TestUser, overrides: LimitOverrides) =>
  setAccess(store, user.uid, { overrides: overrides as never });
const FILES = '/api/api/v1/files';
const KIB = Buffer.alloc(1024, 'text\n');
/** What a KiB costs for a month, in nano-USD. */
const COST = 20;

/** An upload that has been offered, sent as far as `content` goes; the path of its completion. */
async function sent({ user }: Given, content?: Uint8Array): Promise<string> {
  const offered = await offer(user.accessToken, { name: 'x', mediaType: 'text/plain', bytes: KIB.length });
  if (content) {
    await fetch(offered.body.upload.url, { method: 'PUT', body: content as Uint8Array<ArrayBuffer> });
  }
  return `${FILES}/${offered.body.file.id}`;
}

/** How the errors of the file routes come about, by route and status. */
export const provokeFiles = <G extends Given>(send: (given: G, changed?: Changed) => Promise<Answer>) => ({
  'POST /api/v1/files': {
    400: (given: G) => send(given, { path: `${FILES}?expiresAt=nonsense` }),
    402: async (given: G) => {
      await limit(given.user, { budgets: [{ period: 'day', nanoUsd: 1.5 * COST }] });
      expect((await send(given, { body: KIB })).status).toBe(201);
      return send(given, { body: KIB });
    },
    409: async (given: G) => {
      const file = { name: 'x', mediaType: 'video/mp4', bytes: 512 * 1024 * 1024 };
      for (let n = 0; n < 4; n += 1) expect((await offer(given.user.accessToken, file)).status).toBe(201);
      return send(given, { body: KIB });
    },
    413: (given: G) => send(given, { body: Buffer.alloc(25 * 1024 * 1024 + 1, ' ') }),
    415: (given: G) =>
      send(given, { body: '<html></html>', headers: { 'Content-Type': 'application/octet-stream' } }),
    422: async (given: G) => {
      await limit(given.user, { budgets: [{ period: 'day', nanoUsd: 1 }] });
      return send(given, { body: KIB });
    },
    429: async (given: G) => {
      await limit(given.user, { requestsPerMinute: 1 });
      expect((await send(given, { body: KIB })).status).toBe(201);
      return send(given, { body: KIB });
    },
  },
  'POST /api/v1/files/{id}/complete': {
    402: async (given: G) => {
      const path = `${await sent(given, KIB)}/complete`;
      await limit(given.user, { budgets: [{ period: 'day', nanoUsd: 1.5 * COST }] });
      expect((await upload(given.user.accessToken, KIB)).status).toBe(201);
      return send(given, { path, body: {} });
    },
    409: async (given: G) => send(given, { path: `${await sent(given)}/complete`, body: {} }),
    415: async (given: G) => {
      const markup = Buffer.alloc(KIB.length, '<script>');
      return send(given, { path: `${await sent(given, markup)}/complete`, body: {} });
    },
    422: async (given: G) =>
      send(given, { path: `${await sent(given, KIB)}/complete`, body: { crc32c: 'AAAAAA==' } }),
    429: async (given: G) => {
      const path = `${await sent(given, KIB)}/complete`;
      await limit(given.user, { requestsPerMinute: 1 });
      expect((await upload(given.user.accessToken, KIB)).status).toBe(201);
      return send(given, { path, body: {} });
    },
  },
  'POST /api/v1/files/{id}/download-url': {
    409: async (given: G) => send(given, { path: `${await sent(given)}/download-url`, body: {} }),
  },
  'GET /api/v1/files/{id}/content': {
    400: (given: G) => send(given, { path: `${FILES}/x/content?disposition=nonsense` }),
    409: async (given: G) => send(given, { path: `${await sent(given)}/content` }),
  },
});
