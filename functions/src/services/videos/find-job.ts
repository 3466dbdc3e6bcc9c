import { GatewayError } from '../../domain/errors.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { videoJobRef, videoJobsOfUser } from '../../store/video-jobs.ts';
import { listPage, type PageRequest } from '../list-page.ts';
import type { VideoJob } from './contract.ts';

/** What the id of a document can be, so that a path that somebody made up is refused here. */
const JOB_ID = /^vid_[0-9A-Za-z]{22}$/;

/** @throws GatewayError `not_found`, also for another user's job */
export async function findJob(store: StoreHandle, uid: string, jobId: string): Promise<VideoJob> {
  const found = JOB_ID.test(jobId) ? await store.get(videoJobRef(store.firestore, jobId)) : undefined;
  if (found?.data.userId !== uid) throw new GatewayError('not_found', 'There is no such video job.');
  return { id: jobId, ...found.data };
}

/** A page of a user's jobs, the newest first. */
export async function listJobs(store: StoreHandle, uid: string, page: PageRequest) {
  const query = videoJobsOfUser(store.firestore, uid);
  const { items, ...rest } = await listPage(store, query, ({ createdAt }) => createdAt, page);
  return { items: items.map(({ id, data }): VideoJob => ({ id, ...data })), ...rest };
}
