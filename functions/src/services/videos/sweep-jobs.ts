import { Timestamp } from '@google-cloud/firestore';
import { isOver, QUEUE_GRACE_MS } from '../../domain/video/job.ts';
import { dueVideoJobs } from '../../store/video-jobs.ts';
import type { VideoQueue } from './contract.ts';
import { updateJob } from './job-lease.ts';
import { type SettleDeps, settleJob } from './settle-job.ts';

/** Looked after by one sweep; the next takes the rest. */
const PAGE = 200;

export interface SweptJobs {
  /** Lost by the queue, or their worker died: queued again. */
  requeued: number;
  /** Over, and the ledger had not been told. */
  settled: number;
  failed: { jobId: string; error: unknown }[];
}

/**
 * Finds the jobs that nobody looks after any more. Safe to run at any time, any number of times at once: a task that
 * comes twice does nothing.
 */
export async function sweepJobs(deps: SettleDeps & { videoQueue: VideoQueue }): Promise<SweptJobs> {
  const { store, videoQueue } = deps;
  const swept: SweptJobs = { requeued: 0, settled: 0, failed: [] };
  for (const { id } of await store.query(dueVideoJobs(store.firestore, store.timestamp()).limit(PAGE))) {
    try {
      let isMine = false;
      const job = await updateJob(store, id, (found) => {
        isMine = found.dueAt !== null && found.dueAt.toMillis() <= store.now();
        return isMine ? { dueAt: Timestamp.fromMillis(store.now() + QUEUE_GRACE_MS) } : undefined;
      });
      if (!job || !isMine) continue;
      if (isOver(job.state)) {
        await settleJob(deps, job);
        swept.settled += 1;
      } else {
        await videoQueue.enqueue(job.work.kind, id);
        swept.requeued += 1;
      }
    } catch (error) {
      swept.failed.push({ jobId: id, error });
    }
  }
  return swept;
}
