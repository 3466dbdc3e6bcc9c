import { describe, expect, it } from 'vitest';
import { LEASE_MS } from '../../src/domain/video/job.ts';
import { VIDEO_LIMITS } from '../../src/domain/video/limits.ts';
import { claimJob } from '../../src/services/videos/claim-job.ts';
import { CancelledJob, JobLease, LostJob, updateJob } from '../../src/services/videos/job-lease.ts';
import { StoreHandle } from '../../src/store/handle.ts';
import { videoJobRef } from '../../src/store/video-jobs.ts';
import { firestore, newJob } from './support.ts';

/** A store whose clock can be put forward. */
function storeAt(ahead: { ms: number }): StoreHandle {
  return new StoreHandle(firestore, () => Date.now() + ahead.ms);
}

const read = async (id: string) => (await videoJobRef(firestore, id).get()).data();

describe('a job that comes to several workers', () => {
  it('is begun by one of them', async () => {
    const id = await newJob();
    const stores = Array.from({ length: 8 }, () => storeAt({ ms: 0 }));
    const claims = await Promise.all(stores.map((store) => claimJob({ store }, id)));
    expect(claims.map((claim) => claim?.kind).sort()).toEqual([...Array(7).fill('leased'), 'run']);
    expect(await read(id)).toMatchObject({ state: 'running', attempt: 1 });
  });

  it('is the next one’s once the lease is over, and the first can write nothing any more', async () => {
    const id = await newJob();
    const clock = { ms: 0 };
    const store = storeAt(clock);
    const first = await claimJob({ store }, id);
    if (!first) throw new Error('No job');
    const lease = new JobLease(store, first.job);
    await lease.write({ seconds: 3 });
    clock.ms = LEASE_MS - 1_000;
    expect((await claimJob({ store }, id))?.kind).toBe('leased');
    clock.ms = LEASE_MS + 1_000;
    expect((await claimJob({ store }, id))?.kind).toBe('run');
    await expect(lease.write({ state: 'succeeded', seconds: 99 })).rejects.toThrow(LostJob);
    expect(await read(id)).toMatchObject({ state: 'running', attempt: 2, seconds: 3 });
  });

  it('that nobody brings to its end fails after its last attempt', async () => {
    const id = await newJob({ attempt: VIDEO_LIMITS.attempts, state: 'running' });
    expect(await claimJob({ store: storeAt({ ms: 0 }) }, id)).toMatchObject({ kind: 'end' });
    expect(await read(id)).toMatchObject({ state: 'failed', seconds: 0 });
  });

  it('that is late fails', async () => {
    const id = await newJob();
    const store = storeAt({ ms: VIDEO_LIMITS.lifetimeMs + 1 });
    expect(await claimJob({ store }, id)).toMatchObject({ kind: 'end' });
    expect(await read(id)).toMatchObject({ state: 'failed', error: { code: 'upstream_timeout' } });
  });
});

describe('a worker that has a job', () => {
  it('renews its lease and writes its progress, not more than once a second', async () => {
    const store = storeAt({ ms: 0 });
    const claimed = await claimJob({ store }, await newJob());
    if (!claimed) throw new Error('No job');
    const lease = new JobLease(store, claimed.job);
    const before = store.operations.writes;
    lease.beat();
    for (let percent = 1; percent <= 50; percent += 1) {
      lease.progress = percent;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await lease.stop();
    const document = await read(claimed.job.id);
    expect(document?.progress).toBeGreaterThan(20);
    expect(document?.leaseUntil?.toMillis()).toBeGreaterThan(claimed.job.leaseUntil?.toMillis() ?? 0);
    expect(store.operations.writes - before).toBeLessThanOrEqual(3);
  });

  it('learns that its owner wants it no more, and never loses that word', async () => {
    const store = storeAt({ ms: 0 });
    const claimed = await claimJob({ store }, await newJob());
    if (!claimed) throw new Error('No job');
    const lease = new JobLease(store, claimed.job);
    const { id } = claimed.job;
    await Promise.all([
      lease.write({ seconds: 1 }),
      updateJob(storeAt({ ms: 0 }), id, () => ({ cancelRequested: true })),
      lease.write({ seconds: 2 }),
    ]);
    await lease.write({ seconds: 3 });
    expect(lease.signal.reason).toBeInstanceOf(CancelledJob);
    expect(await read(id)).toMatchObject({ cancelRequested: true, seconds: 3 });
  });

  it('learns at its next beat that it is another’s', async () => {
    const clock = { ms: 0 };
    const store = storeAt(clock);
    const claimed = await claimJob({ store }, await newJob());
    if (!claimed) throw new Error('No job');
    const lease = new JobLease(store, claimed.job);
    await videoJobRef(firestore, claimed.job.id).update({ attempt: 2 });
    lease.beat();
    lease.progress = 1;
    await expect.poll(() => lease.signal.reason, { timeout: 5_000 }).toBeInstanceOf(LostJob);
    await lease.stop();
  });
});
