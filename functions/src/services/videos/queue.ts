import type { Functions } from 'firebase-admin/functions';
import { VIDEO_LIMITS } from '../../domain/video/limits.ts';
import type { VideoJobKind } from '../../store/video-jobs.ts';
import type { VideoQueue } from './contract.ts';

/** The task-queue functions of index.ts. */
const WORKERS: Record<VideoJobKind, string> = {
  operation: 'runVideoJob',
  generation: 'runVideoGeneration',
};

/** What a task carries; the job itself is in Firestore. */
export interface VideoTask {
  jobId: string;
}

/** Longer than an attempt may take, so that the queue gives up on a worker only once it must be dead. */
export const WORKER_SECONDS = VIDEO_LIMITS.attemptMs / 1000 + 120;

/** Cloud Tasks, by the Admin SDK; where CLOUD_TASKS_EMULATOR_HOST is set, what stands in for it there. */
export function createVideoQueue({ projectId, region }: { projectId: string; region: string }): VideoQueue {
  let functions: Promise<Functions> | undefined;
  const load = () => {
    functions ??= (async () => {
      const [{ getApps, initializeApp }, { getFunctions }] = await Promise.all([
        import('firebase-admin/app'),
        import('firebase-admin/functions'),
      ]);
      return getFunctions(getApps()[0] ?? initializeApp({ projectId }));
    })();
    return functions;
  };
  return {
    async enqueue(kind, jobId) {
      const queue = (await load()).taskQueue<VideoTask>(`locations/${region}/functions/${WORKERS[kind]}`);
      await queue.enqueue({ jobId }, { dispatchDeadlineSeconds: WORKER_SECONDS });
    },
  };
}
