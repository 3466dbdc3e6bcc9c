import { expect } from 'vitest';
import type { ServeProcess } from '../../../tools/lib/serve-process.ts';
import type { LimitOverrides } from '../../src/domain/tiers.ts';
import { reserveFile } from '../../src/services/files/reserve-file.ts';
import { picture, png } from '../../src/services/images/test-support.ts';
import { setAccess } from '../../src/services/set-access.ts';
import { openStore } from '../auth/support.ts';
import { upload } from '../files/support.ts';
import { type Answer, call, type RequestOptions } from '../harness/request.ts';
import type { TestUser } from '../harness/users.ts';
import { firestore } from '../llm/support.ts';
import { fileDeps } from '../videos/support.ts';
import { CHEAP } from './support.ts';

interface Given {
  user: TestUser;
  token: string | undefined;
}
type Send<G> = (given: G, changed?: RequestOptions & { path?: string }) => Promise<Answer>;

const MIB = 1024 * 1024;
const NO_FILE = 'file_0000000000000000000000';
const store = openStore();

const stored = async ({ user }: Given, content: Uint8Array | string, type = 'image/png') =>
  (await upload(user.accessToken, content, { type })).body.id;
const limit = (user: TestUser, overrides: LimitOverrides) =>
  setAccess(store, user.uid, { overrides: overrides as never });

/** An upload that nobody completes. */
async function pending({ user }: Given): Promise<string> {
  return (await reserveFile(fileDeps(), user.uid, { name: 'a.png', source: 'upload', maxBytes: 100 })).id;
}

/** How the errors of the image routes come about, by route and status. */
export const provokeImages = <G extends Given>(send: Send<G>, impatient: () => ServeProcess) => {
  /** What every route has that takes a stored picture. */
  const ofFile = (bodyOf: (fileId: string) => object) => ({
    404: (given: G) => send(given, { body: bodyOf(NO_FILE) }),
    409: async (given: G) => send(given, { body: bodyOf(await pending(given)) }),
    413: (given: G) => send(given, { body: Buffer.alloc(25 * MIB + 1, ' ') }),
    415: async (given: G) => send(given, { body: bodyOf(await stored(given, 'only text', 'text/plain')) }),
    422: async (given: G) => {
      const body = bodyOf(await stored(given, await picture('png')));
      await limit(given.user, { budgets: [{ period: 'day', nanoUsd: 1 }] });
      return send(given, { body });
    },
    429: async (given: G) => {
      const body = bodyOf(await stored(given, await picture('png')));
      await limit(given.user, { requestsPerMinute: 1 });
      expect((await send(given, { body })).status).toBeLessThan(300);
      return send(given, { body });
    },
    402: async (given: G) => {
      const body = bodyOf(await stored(given, await picture('png')));
      const first = await send(given, { body });
      expect(first.status).toBeLessThan(300);
      const requestId = first.headers.get('x-request-id') ?? '';
      const record = (await firestore.doc(`usageMetrics/${requestId}`).get()).data() as {
        heldNanoUsd: number;
      };
      // Enough for one by itself, not for one after what all that came before has cost.
      await limit(given.user, { budgets: [{ period: 'day', nanoUsd: record.heldNanoUsd }] });
      return send(given, { body });
    },
  });
  /** What every route has that asks a model. */
  const ofModel = (bodyOf: (given: G, prompt: string) => Promise<object>) => ({
    502: async (given: G) =>
      send(given, { body: await bodyOf(given, '[[sandbox: fault=server_error]] A boat') }),
    504: async (given: G) =>
      send(given, { url: impatient().url, body: await bodyOf(given, '[[sandbox: fault=hang]] A boat') }),
  });
  const withPicture = (field: (fileId: string) => object) => async (given: G, prompt: string) => ({
    ...CHEAP,
    prompt,
    ...field(await stored(given, await picture('png'))),
  });
  const { 402: budget } = ofFile(() => CHEAP);
  return {
    'POST /api/v1/images/transform': {
      ...ofFile((fileId) => ({ fileId, operations: [{ type: 'flip', direction: 'vertical' }] })),
      413: (given: G) => send(given, { body: Buffer.alloc(MIB + 1, ' ') }),
    },
    'POST /api/v1/images/generate': {
      ...ofModel(async (_, prompt) => ({ ...CHEAP, prompt })),
      402: budget,
      404: (given: G) => send(given, { path: '/api/api/v1/images/nothing/at/all' }),
      409: async (given: G) => {
        const headers = { 'Idempotency-Key': `provoked-${given.user.uid}` };
        expect((await send(given, { headers, body: CHEAP })).status).toBe(200);
        return send(given, { headers, body: { ...CHEAP, prompt: 'Another' } });
      },
      413: (given: G) => send(given, { body: Buffer.alloc(25 * MIB + 1, ' ') }),
      422: (given: G) => send(given, { body: { ...CHEAP, size: '1000x1000' } }),
    },
    'POST /api/v1/images/edit': {
      ...ofFile((fileId) => ({ ...CHEAP, images: [fileId] })),
      ...ofModel(withPicture((fileId) => ({ images: [fileId] }))),
    },
    'POST /api/v1/images/variations': {
      ...ofFile((fileId) => ({ ...CHEAP, image: fileId })),
      ...ofModel(withPicture((fileId) => ({ image: fileId }))),
    },
    'GET /api/v1/images/{id}': {
      400: (given: G) => call(`/api/api/v1/images/${'x'.repeat(200)}`, { token: given.token ?? '' }),
      409: async (given: G) =>
        call(`/api/api/v1/images/${await pending(given)}`, { token: given.token ?? '' }),
      413: async (given: G) => {
        const id = await stored(given, await picture('png'));
        // As one that was sent straight to Storage.
        await firestore.doc(`files/${id}`).update({ bytes: 26 * MIB });
        return call(`/api/api/v1/images/${id}`, { token: given.token ?? '' });
      },
      415: async (given: G) =>
        call(`/api/api/v1/images/${await stored(given, 'only text', 'text/plain')}`, {
          token: given.token ?? '',
        }),
      422: async (given: G) => {
        const id = await stored(given, png(0, 0, Buffer.alloc(1)));
        return call(`/api/api/v1/images/${id}`, { token: given.token ?? '' });
      },
    },
  };
};
