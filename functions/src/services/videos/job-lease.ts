import { Timestamp } from '@google-cloud/firestore';
import { HEARTBEAT_MS, isMine, LEASE_MS } from '../../domain/video/job.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { factsOf, type VideoJobDocument, videoJobRef } from '../../store/video-jobs.ts';
import type { VideoJob } from './contract.ts';

/** Somebody else has the job, or it is over: whoever is told so lets go of it and writes nothing more. */
export class LostJob extends Error {
  override readonly name = 'LostJob';
}

/** Its owner wants the job no more. */
export class CancelledJob extends Error {
  override readonly name = 'CancelledJob';
}

/** A job is written by its worker, its owner and the sweep: seldom, and hardly ever at once. */
const TRIES = 20;

/**
 * Changes a job as it is now, and as nobody else changes it meanwhile.
 *
 * @param change of the job as it was read; undefined: it stays as it is
 * @returns the job afterwards; undefined where there is none
 */
export async function updateJob(
  store: StoreHandle,
  jobId: string,
  change: (job: VideoJobDocument) => Partial<VideoJobDocument> | undefined,
): Promise<VideoJob | undefined> {
  const ref = videoJobRef(store.firestore, jobId);
  for (let tried = 0; tried < TRIES; tried += 1) {
    const found = await store.get(ref);
    if (!found) return undefined;
    const patch = change(found.data);
    if (patch === undefined) return { id: jobId, ...found.data };
    if (await store.update(ref, patch, { lastUpdateTime: found.updateTime })) {
      return { id: jobId, ...found.data, ...patch };
    }
  }
  throw new Error('A job was changed by others all the time');
}

/** A worker's hold on a job that it has begun. */
export class JobLease {
  readonly #store: StoreHandle;
  readonly #controller = new AbortController();
  #job: VideoJob;
  #progress = 0;
  /** One write at a time; what comes meanwhile goes with the next. */
  #writing: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #writtenAt: number;

  constructor(store: StoreHandle, job: VideoJob) {
    this.#store = store;
    this.#job = job;
    this.#writtenAt = store.now();
  }

  get job(): VideoJob {
    return this.#job;
  }

  /** Aborts when the job is lost (LostJob) or cancelled (CancelledJob). */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whole percent; kept in mind, and written with the next beat. */
  set progress(percent: number) {
    this.#progress = Math.max(this.#progress, percent);
  }

  /** Says from now on that this worker lives, at most once a second and at least once a heartbeat. */
  beat(): void {
    this.#timer = setInterval(() => {
      const isDue = this.#store.now() - this.#writtenAt >= HEARTBEAT_MS;
      if (isDue || this.#progress > this.#job.progress) {
        this.#writing = this.#writing.then(() => this.#beatOnce());
      }
    }, 1_000);
  }

  async #beatOnce(): Promise<void> {
    if (this.signal.aborted) return;
    try {
      await this.#write({});
    } catch (error) {
      // A database that doesn't answer may do so before the lease is over; then it is lost.
      const isOver = this.#store.now() > (this.#job.leaseUntil?.toMillis() ?? 0);
      if (error instanceof LostJob || isOver) this.#controller.abort(new LostJob());
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
  }

  /** Changes the job. @throws LostJob where it is another's by now */
  async write(patch: Partial<VideoJobDocument>): Promise<void> {
    const written = this.#writing.then(() => this.#write(patch));
    this.#writing = written.catch(() => undefined);
    await written;
  }

  async #write(patch: Partial<VideoJobDocument>): Promise<void> {
    const { attempt } = this.#job;
    let isLost = false;
    const now = this.#store.now();
    const leaseUntil = Timestamp.fromMillis(now + LEASE_MS);
    const job = await updateJob(this.#store, this.#job.id, (found) => {
      isLost = !isMine(factsOf(found), attempt);
      if (isLost) return undefined;
      const progress = Math.max(found.progress, this.#progress);
      return { leaseUntil, dueAt: leaseUntil, progress, ...patch };
    });
    if (isLost || !job) throw new LostJob();
    this.#job = job;
    this.#writtenAt = now;
    if (job.cancelRequested) this.#controller.abort(new CancelledJob());
  }
}
