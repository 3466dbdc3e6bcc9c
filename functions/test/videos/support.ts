import { Timestamp } from '@google-cloud/firestore';
import { expect } from 'vitest';
import { readStorageBucket } from '../../src/config.ts';
import { randomId } from '../../src/domain/ids.ts';
import { VIDEO_LIMITS } from '../../src/domain/video/limits.ts';
import { openFile } from '../../src/services/files/open-file.ts';
import { saveFile } from '../../src/services/files/save-file.ts';
import { openBucket } from '../../src/store/bucket.ts';
import { filesOfUser } from '../../src/store/files.ts';
import { StoreHandle } from '../../src/store/handle.ts';
import { type VideoJobDocument, videoJobRef } from '../../src/store/video-jobs.ts';
import { openFirestore } from '../auth/support.ts';
import { call } from '../harness/request.ts';
import { stack } from '../harness/stack.ts';
import type { TestUser } from '../harness/users.ts';

export const firestore = openFirestore();

export interface Job {
  id: string;
  state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  progress: number;
  operation: { type: string };
  input?: { fileId: string; media?: Record<string, unknown> };
  outputs: { fileId: string; mediaType: string; bytes: number }[];
  error?: { code: string; message: string };
  cancelRequested: boolean;
  requestId: string;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
}

export const JOBS = '/api/api/v1/videos/jobs';

/** The files services, on the stack's Firestore and Storage. */
export function fileDeps() {
  const { projectId } = stack();
  const bucket = openBucket({ name: readStorageBucket(process.env, projectId), projectId, local: true });
  return { store: new StoreHandle(firestore, Date.now), bucket: () => bucket };
}

/** Puts a file into a user's store, as an upload does. */
export async function storeFile(uid: string, content: Buffer, name = 'clip.mp4'): Promise<string> {
  return (await saveFile(fileDeps(), uid, { name, source: 'upload', content })).id;
}

export async function contentOf(uid: string, fileId: string): Promise<Buffer> {
  return (await openFile(fileDeps(), uid, fileId)).read(64 * 1024 * 1024);
}

export async function filesOf(uid: string) {
  const { docs } = await filesOfUser(firestore, uid).get();
  return docs.map((each) => ({ id: each.id, ...each.data() }));
}

/** A job as its request writes it down. */
export async function newJob(
  change: Partial<VideoJobDocument> = {},
  id: string = randomId('vid'),
): Promise<string> {
  const now = Date.now();
  await videoJobRef(firestore, id).create({
    userId: randomId('nobody'),
    requestId: randomId('req'),
    work: { kind: 'operation', operation: { type: 'probe' }, inputFileId: 'file_none' },
    state: 'queued',
    progress: 0,
    error: null,
    media: null,
    outputFileId: null,
    outputs: [],
    attempt: 0,
    leaseUntil: null,
    cancelRequested: false,
    settled: false,
    price: 1,
    heldNanoUsd: 1,
    seconds: null,
    createdAt: Timestamp.fromMillis(now),
    startedAt: null,
    finishedAt: null,
    deadline: Timestamp.fromMillis(now + VIDEO_LIMITS.lifetimeMs),
    dueAt: null,
    expiresAt: Timestamp.fromMillis(now + 86_400_000),
    ...change,
  });
  return id;
}

export const postJob = (token: string, fileId: string, operation: object) =>
  call<Job>(JOBS, { token, body: { fileId, operation } });

export const getJob = async (token: string, id: string): Promise<Job> => {
  const answer = await call<Job>(`${JOBS}/${id}`, { token });
  expect(answer.status).toBe(200);
  return answer.body;
};

/** Asks for the job until it is as it should be; every state on the way is handed to `see`. */
export async function waitFor(
  token: string,
  id: string,
  isThere: (job: Job) => boolean,
  { withinMs = 60_000, see = () => {} }: { withinMs?: number; see?: (job: Job) => void } = {},
): Promise<Job> {
  const until = Date.now() + withinMs;
  for (;;) {
    const job = await getJob(token, id);
    see(job);
    if (isThere(job)) return job;
    if (Date.now() > until) throw new Error(`The job did not get there: ${JSON.stringify(job)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export const isOver = ({ state }: Job): boolean => state !== 'queued' && state !== 'running';

/** A job that is asked for and waited for. */
export async function runJob(user: TestUser, fileId: string, operation: object): Promise<Job> {
  const answer = await postJob(user.accessToken, fileId, operation);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return waitFor(user.accessToken, answer.body.id, isOver);
}

/** The processes that work on jobs, by the function that they run. */
export async function workers(tasks = stack().tasks): Promise<{ name: string; pid: number }[]> {
  return (await (await fetch(`http://${tasks}/workers`)).json()) as { name: string; pid: number }[];
}
