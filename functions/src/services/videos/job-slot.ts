import { Timestamp } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import { randomId } from '../../domain/ids.ts';
import { isOver } from '../../domain/video/job.ts';
import { VIDEO_LIMITS } from '../../domain/video/limits.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { videoJobRef } from '../../store/video-jobs.ts';
import { type VideoSlotsDocument, videoSlotsRef } from '../../store/video-slots.ts';
import { pause } from '../pause.ts';
import type { VideoJob } from './contract.ts';
import { UnknownJob } from './start-job.ts';

type Slot = VideoSlotsDocument['jobs'][number];

/** A request ends by then (index.ts), and with it what it may still write: without a job there will be none. */
const STARTS_MS = 10 * 60_000;
/** Tries at a document that others change too; with pauses, some ten seconds. */
const TRIES = 40;

/**
 * Starts a job in one of its user's slots, of which there are as many as jobs may be under way. A slot is taken by
 * compare-and-set before anything is held or ordered, and nobody has to give it back: where all are taken, those of
 * jobs that are over are free.
 *
 * @param start writes the job down under this id
 * @throws GatewayError `rate_limited` where all slots are taken; whatever `start` throws
 */
export async function inSlot(
  store: StoreHandle,
  uid: string,
  start: (jobId: string) => Promise<VideoJob>,
): Promise<VideoJob> {
  const jobId = randomId('vid');
  const slot = { jobId, startsBy: Timestamp.fromMillis(store.now() + STARTS_MS) };
  await changeSlots(store, uid, async (taken) => {
    const { active } = VIDEO_LIMITS;
    const slots = taken.length < active ? taken : await stillTaken(store, taken);
    if (slots.length < active) return [...slots, slot];
    const message = `${active} of your video jobs are under way; wait for one to end.`;
    throw new GatewayError('rate_limited', message, { retryAfterSeconds: 10 });
  });
  try {
    return await start(jobId);
  } catch (error) {
    // What can't be given back now is free later, by itself; so is one whose job is not known to be there or not.
    if (!(error instanceof UnknownJob)) {
      const others = async (taken: Slot[]) => taken.filter((each) => each.jobId !== jobId);
      await changeSlots(store, uid, others).catch(() => undefined);
    }
    throw error;
  }
}

async function stillTaken(store: StoreHandle, taken: Slot[]): Promise<Slot[]> {
  const jobs = await store.getAll(taken.map(({ jobId }) => videoJobRef(store.firestore, jobId)));
  return taken.filter(({ startsBy }, index) => {
    const job = jobs[index];
    return job ? !isOver(job.state) : startsBy.toMillis() > store.now();
  });
}

async function changeSlots(
  store: StoreHandle,
  uid: string,
  change: (taken: Slot[]) => Promise<Slot[]>,
): Promise<void> {
  const ref = videoSlotsRef(store.firestore, uid);
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (tried > 0) await pause(tried);
    const found = await store.get(ref);
    const jobs = await change(found?.data.jobs ?? []);
    const changed = found
      ? await store.update(ref, { jobs }, { lastUpdateTime: found.updateTime })
      : await store.create(ref, { jobs });
    if (changed) return;
  }
  throw new GatewayError('unavailable', 'Too many video jobs start at once. Try again shortly.', {
    retryAfterSeconds: 2,
  });
}
