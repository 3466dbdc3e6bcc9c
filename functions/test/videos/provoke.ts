import { expect } from 'vitest';
import { MEDIA_PRICES } from '../../src/domain/media-prices.ts';
import type { LimitOverrides } from '../../src/domain/tiers.ts';
import { reserveFile } from '../../src/services/files/reserve-file.ts';
import { setAccess } from '../../src/services/set-access.ts';
import { type Answer, call, type RequestOptions } from '../harness/request.ts';
import type { TestUser } from '../harness/users.ts';
import { recordsOf } from '../llm/support.ts';
import { makeClip } from './clips.ts';
import { fileDeps, JOBS, type Job, runJob, storeFile } from './support.ts';

interface Given {
  user: TestUser;
  token: string | undefined;
}
type Send = (given: Given, changed?: RequestOptions & { path?: string }) => Promise<Answer>;

const probeOf = (fileId: string) => ({ fileId, operation: { type: 'probe' } });
const orderOf = (change: object = {}) => ({ prompt: 'A cat', seconds: 4, ...change });

/** Waits until a user's one request has its record. */
async function settled(uid: string): Promise<void> {
  await expect.poll(() => recordsOf(uid), { timeout: 20_000, interval: 200 }).toHaveLength(1);
}

const limit = (user: TestUser, overrides: LimitOverrides) =>
  setAccess(fileDeps().store, user.uid, { overrides: overrides as never });

/** How the errors of the video routes come about, by route and status. */
export const provokeVideos = <G extends Given>(
  send: (given: G, changed?: RequestOptions & { path?: string }) => ReturnType<Send>,
  /** Of an instance that gives a model one second. */
  impatient: () => string,
) => ({
  [`POST ${JOBS.slice(4)}`]: {
    402: async (given: G) => {
      const fileId = await storeFile(given.user.uid, makeClip());
      await runJob(given.user, fileId, { type: 'probe' });
      // Enough for one, not for two.
      await limit(given.user, { budgets: [{ period: 'day', nanoUsd: MEDIA_PRICES.videoSecond * 1.5 }] });
      return send(given, { body: probeOf(fileId) });
    },
    404: (given: G) => send(given, { body: probeOf('file_unknown') }),
    409: async (given: G) => {
      const { id } = await reserveFile(fileDeps(), given.user.uid, {
        name: 'clip.mp4',
        source: 'upload',
        maxBytes: 100,
      });
      return send(given, { body: probeOf(id) });
    },
    422: async (given: G) => {
      const fileId = await storeFile(given.user.uid, Buffer.from('only text'), 'clip.mp4');
      return send(given, { body: probeOf(fileId) });
    },
    429: async (given: G) => {
      const body = probeOf(await storeFile(given.user.uid, makeClip()));
      await limit(given.user, { requestsPerMinute: 1 });
      expect((await send(given, { body })).status).toBe(202);
      return send(given, { body });
    },
  },
  'POST /api/v1/videos/generate': {
    402: async (given: G) => {
      const body = orderOf();
      expect((await send(given, { body })).status).toBe(202);
      // 0.40 USD each: enough for one.
      await limit(given.user, { budgets: [{ period: 'day', nanoUsd: 500_000_000 }] });
      await settled(given.user.uid);
      return send(given, { body });
    },
    404: (given: G) => send(given, { body: orderOf({ inputReference: 'file_unknown' }) }),
    409: async (given: G) => {
      const { id } = await reserveFile(fileDeps(), given.user.uid, {
        name: 'start.png',
        source: 'upload',
        maxBytes: 100,
      });
      return send(given, { body: orderOf({ inputReference: id }) });
    },
    422: async (given: G) => {
      const inputReference = await storeFile(given.user.uid, Buffer.from('only text'), 'start.txt');
      return send(given, { body: orderOf({ inputReference }) });
    },
    429: async (given: G) => {
      await limit(given.user, { requestsPerMinute: 1 });
      expect((await send(given, { body: orderOf() })).status).toBe(202);
      return send(given, { body: orderOf() });
    },
    502: (given: G) => send(given, { body: orderOf({ prompt: 'A cat [[sandbox: fault=server_error]]' }) }),
    504: (given: G) =>
      send(given, { url: impatient(), body: orderOf({ prompt: 'A cat [[sandbox: fault=hang]]' }) }),
  },
  [`DELETE ${JOBS.slice(4)}/{jobId}`]: {
    409: async (given: G) => {
      const fileId = await storeFile(given.user.uid, makeClip());
      const job: Job = await runJob(given.user, fileId, { type: 'probe' });
      return call(`${JOBS}/${job.id}`, { method: 'DELETE', token: given.token ?? '' });
    },
  },
});
