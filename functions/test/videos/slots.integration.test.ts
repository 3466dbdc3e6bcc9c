import { describe, expect, it } from 'vitest';
import { randomId } from '../../src/domain/ids.ts';
import { VIDEO_LIMITS } from '../../src/domain/video/limits.ts';
import { inSlot } from '../../src/services/videos/job-slot.ts';
import { UnknownJob } from '../../src/services/videos/start-job.ts';
import { StoreHandle } from '../../src/store/handle.ts';
import { videoJobRef } from '../../src/store/video-jobs.ts';
import { firestore, newJob } from './support.ts';

const { active } = VIDEO_LIMITS;
const storeAt = (aheadMs = 0) => new StoreHandle(firestore, () => Date.now() + aheadMs);

/** Starts a job as a request does; undefined where it is refused. */
const start = (uid: string, store = storeAt()) =>
  inSlot(store, uid, async (id) => {
    await newJob({ userId: uid }, id);
    const data = (await videoJobRef(firestore, id).get()).data();
    if (!data) throw new Error('No job');
    return { id, ...data };
  }).catch((error: { code?: string }) => {
    expect(error.code).toBe('rate_limited');
    return undefined;
  });
const startMany = async (uid: string, count: number) =>
  (await Promise.all(Array.from({ length: count }, () => start(uid)))).filter((job) => job !== undefined);
const fails = (uid: string, error: Error, store = storeAt()) =>
  expect(inSlot(store, uid, () => Promise.reject(error))).rejects.toBe(error);

describe('the jobs of a user that are under way', () => {
  it('are so many at most, however many are asked for at once, and those of others beside them', async () => {
    const [one, other] = [randomId('nobody'), randomId('nobody')];
    const [first, second] = await Promise.all([startMany(one, 12), startMany(other, 1)]);
    expect(first).toHaveLength(active);
    expect(second).toHaveLength(1);
  });

  it('make room when they are over, for as many as ended', async () => {
    const uid = randomId('nobody');
    const jobs = await startMany(uid, active);
    expect(jobs).toHaveLength(active);
    await videoJobRef(firestore, jobs[1]?.id ?? '').update({ state: 'failed' });
    await videoJobRef(firestore, jobs[3]?.id ?? '').update({ state: 'cancelled' });
    await videoJobRef(firestore, jobs[0]?.id ?? '').update({ state: 'running' });
    expect(await startMany(uid, 6)).toHaveLength(2);
  });
});

describe('a slot whose job did not come about', () => {
  it('is free at once where the request was refused', async () => {
    const uid = randomId('nobody');
    for (let i = 0; i < active + 1; i += 1) await fails(uid, new Error('over the budget'));
    expect(await startMany(uid, active + 1)).toHaveLength(active);
  });

  it('is taken while nobody knows whether the job was written down, and free once there can be none', async () => {
    const uid = randomId('nobody');
    for (let i = 0; i < active; i += 1) await fails(uid, new UnknownJob(new Error('no answer')));
    expect(await start(uid)).toBeUndefined();
    expect(await start(uid, storeAt(9 * 60_000))).toBeUndefined();
    expect(await start(uid, storeAt(11 * 60_000))).toBeDefined();
  });
});
