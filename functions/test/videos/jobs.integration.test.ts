import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { Timestamp } from '@google-cloud/firestore';
import { beforeAll, describe, expect, it } from 'vitest';
import { MEDIA_PRICES, MONTH_MS, storageNanoUsd } from '../../src/domain/media-prices.ts';
import { VIDEO_LIMITS } from '../../src/domain/video/limits.ts';
import { reserveFile } from '../../src/services/files/reserve-file.ts';
import { createLedger } from '../../src/services/ledger/create-ledger.ts';
import { createVideoQueue } from '../../src/services/videos/queue.ts';
import { sweepJobs } from '../../src/services/videos/sweep-jobs.ts';
import { userRef } from '../../src/store/users.ts';
import { videoJobRef } from '../../src/store/video-jobs.ts';
import { ask, expectError, seenUser } from '../auth/support.ts';
import { stack, startInstance } from '../harness/stack.ts';
import type { TestUser } from '../harness/users.ts';
import { recordOf, recordsOf } from '../llm/support.ts';
import { makeClip, streamsOf } from './clips.ts';
import {
  contentOf,
  fileDeps,
  filesOf,
  firestore,
  getJob,
  isOver,
  type Job,
  postJob,
  runJob,
  storeFile,
  waitFor,
  workers,
} from './support.ts';

const PRICE = MEDIA_PRICES.videoSecond;
/** A second's price times the seconds, and a month of what is kept. */
const costOf = (job: Job, seconds: number): number =>
  seconds * PRICE + job.outputs.reduce((sum, { bytes }) => sum + storageNanoUsd(bytes, MONTH_MS), 0);

let clip: Buffer;
/** Takes a worker some ten seconds to convert. */
let long: Buffer;
let user: TestUser;
let clipId: string;

beforeAll(async () => {
  clip = makeClip();
  long = makeClip({ seconds: 90, size: '640x480', rate: 30, sound: false });
  user = await seenUser();
  clipId = await storeFile(user.uid, clip, 'Ferien.am.Meer.mp4');
});

describe('each operation, on a real video', () => {
  it('probe tells what it is like and makes no file', async () => {
    const before = (await filesOf(user.uid)).length;
    const job = await runJob(user, clipId, { type: 'probe' });
    expect(job).toMatchObject({
      state: 'succeeded',
      progress: 100,
      outputs: [],
      input: { fileId: clipId, media: { container: 'mp4', video: { codec: 'h264', width: 64, height: 48 } } },
    });
    expect(await filesOf(user.uid)).toHaveLength(before);
    expect(await recordOf(job.requestId)).toMatchObject({
      provider: 'firegate',
      model: 'video-probe',
      units: { seconds: 1 },
      costNanoUsd: PRICE,
      status: 'ok',
    });
  });

  it.each([
    [{ type: 'thumbnail', atSeconds: 1 }, 'image/jpeg', { codec_name: 'mjpeg', width: 64 }, 1],
    [{ type: 'trim', start: 0.5, end: 1.3 }, 'video/mp4', { codec_name: 'h264', nb_read_frames: '8' }, 1],
    [{ type: 'scale', width: 32 }, 'video/mp4', { codec_name: 'h264', width: 32, height: 24 }, 2],
    [{ type: 'convert', format: 'webm' }, 'video/webm', { codec_name: 'vp9', nb_read_frames: '20' }, 2],
    [{ type: 'extractAudio', format: 'mp3' }, 'audio/mpeg', { codec_name: 'mp3' }, 2],
  ])('%j', async (operation, mediaType, stream, seconds) => {
    const job = await runJob(user, clipId, operation);
    expect(job.error).toBeUndefined();
    expect(job).toMatchObject({ state: 'succeeded', progress: 100, operation });
    expect(job.outputs).toEqual([
      { fileId: expect.stringMatching(/^file_/), mediaType, bytes: expect.any(Number) },
    ]);
    const [output] = job.outputs;
    const bytes = await contentOf(user.uid, output?.fileId ?? '');
    expect(bytes).toHaveLength(output?.bytes ?? 0);
    expect(streamsOf(bytes).streams[0]).toMatchObject(stream);
    const record = (await filesOf(user.uid)).find(({ id }) => id === output?.fileId);
    expect(record).toMatchObject({ status: 'ready', source: 'derived', mediaType });
    expect(record?.name).toMatch(new RegExp(`^Ferien\\.am\\.Meer-${operation.type}\\.`));
    // To the second and the nano-USD.
    expect(await recordOf(job.requestId)).toMatchObject({
      model: `video-${operation.type}`,
      route: 'videos/jobs',
      units: { seconds, bytes: output?.bytes },
      costNanoUsd: costOf(job, seconds),
      status: 'ok',
      terminationReason: 'completed',
      overrun: false,
    });
  });

  it('leaves nothing in the worker’s temporary folder', async () => {
    expect(foldersOf(await workerPid())).toEqual([]);
  });
});

describe('a job is read', () => {
  it('by its owner alone, in a list by page, the newest first', async () => {
    const owner = await seenUser();
    const other = await seenUser();
    const fileId = await storeFile(owner.uid, clip);
    const first = await runJob(owner, fileId, { type: 'probe' });
    const second = await runJob(owner, fileId, { type: 'thumbnail' });
    expectError(await ask(`videos/jobs/${first.id}`, { token: other.accessToken }), 404, 'not_found');
    expectError(
      await ask(`videos/jobs/${first.id}`, { method: 'DELETE', token: other.accessToken }),
      404,
      'not_found',
    );
    expectError(await postJob(other.accessToken, fileId, { type: 'probe' }), 404, 'not_found');
    interface Page {
      items: Job[];
      nextCursor?: string;
    }
    const page = await ask<Page>('videos/jobs?limit=1', { token: owner.accessToken });
    expect(page.body.items).toEqual([await getJob(owner.accessToken, second.id)]);
    const next = await ask<Page>(`videos/jobs?limit=1&cursor=${page.body.nextCursor}`, {
      token: owner.accessToken,
    });
    expect(next.body).toEqual({ items: [await getJob(owner.accessToken, first.id)] });
    const empty = await ask<Page>('videos/jobs', { token: other.accessToken });
    expect(empty.body).toEqual({ items: [] });
  });
});

describe('what can’t be done', () => {
  it.each([
    ['a half', () => clip.subarray(0, Math.floor(clip.length / 2)), 'clip.mp4'],
    ['a playlist in disguise', () => disguised('#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n'), 'clip.mp4'],
  ])('%s fails with a reason, and costs nothing', async (_what, content, name) => {
    const fileId = await storeFile(user.uid, content(), name);
    const job = await runJob(user, fileId, { type: 'convert', format: 'webm' });
    expect(job).toMatchObject({ state: 'failed', outputs: [], error: { code: 'unprocessable' } });
    expect(job.error?.message).toMatch(/not a video/);
    expect(await recordOf(job.requestId)).toMatchObject({ costNanoUsd: 0, status: 'error' });
  });

  it('too long', async () => {
    const fileId = await storeFile(
      user.uid,
      makeClip({ seconds: 601, size: '16x16', rate: 1, sound: false }),
    );
    const job = await runJob(user, fileId, { type: 'probe' });
    expect(job.error).toEqual({
      code: 'unprocessable',
      message: 'The video is 601 s long; 600 s are taken.',
    });
  });

  it('what the video has not', async () => {
    const job = await runJob(user, clipId, { type: 'thumbnail', atSeconds: 5 });
    expect(job.error?.message).toMatch(/nothing at 5 s/);
  });

  it('another kind of file is refused at once', async () => {
    const fileId = await storeFile(user.uid, Buffer.from('only text'), 'clip.mp4');
    const answer = await postJob(user.accessToken, fileId, { type: 'probe' });
    expect(expectError(answer, 422, 'unprocessable').message).toContain('text/plain');
  });

  it.each([
    [{ type: 'trim', start: 2, end: 1 }],
    [{ type: 'trim', start: 0, end: 601 }],
    [{ type: 'scale' }],
    [{ type: 'scale', width: 33 }],
    [{ type: 'scale', width: 8192 }],
    [{ type: 'convert', format: 'avi' }],
    [{ type: 'convert', format: 'mp4; rm -rf /' }],
    [{ type: 'thumbnail', atSeconds: -1 }],
    [{ type: 'concat', files: ['/etc/passwd'] }],
    [{ type: 'probe', input: 'http://127.0.0.1' }],
  ])('%j is refused', async (operation) => {
    expectError(await postJob(user.accessToken, clipId, operation), 400, 'invalid_request');
  });

  it('what the budget does not cover is refused, and holds nothing', async () => {
    const poor = await seenUser();
    const fileId = await storeFile(poor.uid, clip);
    const most = VIDEO_LIMITS.durationSeconds * PRICE + storageNanoUsd(VIDEO_LIMITS.outputBytes, MONTH_MS);
    const budgets = [{ period: 'day' as const, nanoUsd: most - 1 }];
    await userRef(firestore, poor.uid).update({ overrides: { budgets } });
    const ledger = createLedger({ firestore: () => firestore });
    const refused = await postJob(poor.accessToken, fileId, { type: 'convert', format: 'webm' });
    expectError(refused, 422, 'unprocessable');
    // A second of it fits.
    const job = await runJob(poor, fileId, { type: 'thumbnail' });
    expect(job.state).toBe('succeeded');
    expect((await recordsOf(poor.uid)).map(({ costNanoUsd }) => costNanoUsd)).toEqual([costOf(job, 1)]);
    const [budget] = (await ledger.limits(poor.uid)).filter(({ unit }) => unit === 'nano-usd');
    expect(budget).toMatchObject({ limit: most - 1, remaining: most - 1 - costOf(job, 1) });
  });
});

describe('a job that takes a while', () => {
  it('tells its progress, which rises', async () => {
    const fileId = await storeFile(user.uid, long);
    const seen: number[] = [];
    const answer = await postJob(user.accessToken, fileId, { type: 'convert', format: 'webm' });
    const job = await waitFor(user.accessToken, answer.body.id, isOver, {
      see: ({ progress }) => seen.push(progress),
    });
    expect(job).toMatchObject({ state: 'succeeded', progress: 100 });
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
    expect(new Set(seen.filter((each) => each > 0 && each < 100)).size).toBeGreaterThanOrEqual(2);
    expect(await recordOf(job.requestId)).toMatchObject({
      units: { seconds: 90 },
      costNanoUsd: costOf(job, 90),
    });
  });

  it('is cancelled: ffmpeg is killed, nothing is kept, what was done is paid', async () => {
    const owner = await seenUser();
    const fileId = await storeFile(owner.uid, long);
    const { body } = await postJob(owner.accessToken, fileId, { type: 'convert', format: 'webm' });
    await waitFor(owner.accessToken, body.id, ({ progress }) => progress > 0);
    const cancelled = await ask<Job>(`videos/jobs/${body.id}`, {
      method: 'DELETE',
      token: owner.accessToken,
    });
    expect(cancelled.status).toBe(202);
    expect(cancelled.body).toMatchObject({ state: 'running', cancelRequested: true });
    const job = await waitFor(owner.accessToken, body.id, isOver, { withinMs: 10_000 });
    expect(job).toMatchObject({ state: 'cancelled', outputs: [] });
    expect(job.progress).toBeLessThan(100);
    const record = await recordOf(job.requestId);
    expect(record.status).toBe('cancelled');
    expect(record.units?.seconds).toBeGreaterThan(0);
    expect(record.units?.seconds).toBeLessThan(90);
    expect(record.costNanoUsd).toBe((record.units?.seconds ?? 0) * PRICE);
    expect((await filesOf(owner.uid)).map(({ id }) => id)).toEqual([fileId]);
    const again = await ask(`videos/jobs/${body.id}`, { method: 'DELETE', token: owner.accessToken });
    expectError(again, 409, 'conflict');
  });

  it('is done once, though its worker is killed and the queue brings it again', async () => {
    const owner = await seenUser();
    const fileId = await storeFile(owner.uid, long);
    const { body } = await postJob(owner.accessToken, fileId, { type: 'convert', format: 'webm' });
    await waitFor(owner.accessToken, body.id, ({ progress }) => progress > 0);
    const killed = await workerPid();
    expect(foldersOf(killed)).toHaveLength(1);
    process.kill(killed, 'SIGKILL');
    const job = await waitFor(owner.accessToken, body.id, isOver, { withinMs: 100_000 });
    expect(job).toMatchObject({ state: 'succeeded', progress: 100 });
    expect((await videoJobRef(firestore, body.id).get()).data()).toMatchObject({ attempt: 2 });
    expect(foldersOf(killed)).toEqual([]);
    expect(foldersOf(await workerPid())).toEqual([]);
    const files = await filesOf(owner.uid);
    expect(files.map(({ id, status }) => [id, status]).sort()).toEqual(
      [
        [fileId, 'ready'],
        [job.outputs[0]?.fileId, 'ready'],
      ].sort(),
    );
    await recordOf(job.requestId);
    expect(await recordsOf(owner.uid)).toMatchObject([
      { units: { seconds: 90 }, costNanoUsd: costOf(job, 90) },
    ]);
  }, 150_000);

  it(`is one of ${VIDEO_LIMITS.active} at most`, async () => {
    const owner = await seenUser();
    const fileId = await storeFile(owner.uid, long);
    const operation = { type: 'convert', format: 'webm' };
    const answers = await Promise.all(
      Array.from({ length: VIDEO_LIMITS.active + 3 }, () => postJob(owner.accessToken, fileId, operation)),
    );
    const ids = answers.filter(({ status }) => status === 202).map(({ body }) => body.id);
    expect(ids).toHaveLength(VIDEO_LIMITS.active);
    for (const refused of answers.filter(({ status }) => status !== 202)) {
      expectError(refused, 429, 'rate_limited');
      expect(refused.headers.get('retry-after')).toBe('10');
    }
    for (const id of ids.reverse()) {
      await ask(`videos/jobs/${id}`, { method: 'DELETE', token: owner.accessToken });
    }
    for (const id of ids) {
      const job = await waitFor(owner.accessToken, id, isOver, { withinMs: 20_000 });
      expect(job.state).toBe('cancelled');
      await recordOf(job.requestId);
    }
    // Those that were refused took nothing, and what ended made room.
    expect(await recordsOf(owner.uid)).toHaveLength(VIDEO_LIMITS.active);
    expect(await runJob(owner, fileId, { type: 'probe' })).toMatchObject({ state: 'succeeded' });
  });
});

describe('a machine without ffmpeg', () => {
  it('says so, and holds nothing', async () => {
    const owner = await seenUser();
    const fileId = await storeFile(owner.uid, clip);
    const bare = await startInstance({ PATH: dirname(process.execPath) });
    try {
      const body = { fileId, operation: { type: 'probe' } };
      const answer = await ask('videos/jobs', { token: owner.accessToken, body, url: bare.url });
      expect(expectError(answer, 503, 'unavailable').message).toContain('ffmpeg');
      expect((await ask('videos/jobs', { token: owner.accessToken, url: bare.url })).status).toBe(200);
    } finally {
      await bare.stop();
    }
    expect(await recordsOf(owner.uid)).toEqual([]);
  });
});

describe('a worker that comes after one that died', () => {
  /** A job whose first worker has died, having come as far as its output. */
  async function left(outputFileId: (done: Job) => Promise<string>) {
    const owner = await seenUser();
    const fileId = await storeFile(owner.uid, clip);
    const done = await runJob(owner, fileId, { type: 'thumbnail' });
    const output = await outputFileId(done);
    await videoJobRef(firestore, done.id).update({
      state: 'running',
      attempt: 1,
      leaseUntil: Timestamp.fromMillis(Date.now() - 1),
      outputFileId: output,
      outputs: [],
      finishedAt: null,
      settled: false,
    });
    process.env['CLOUD_TASKS_EMULATOR_HOST'] = stack().tasks;
    await createVideoQueue({ projectId: stack().projectId, region: 'us-central1' }).enqueue(
      'operation',
      done.id,
    );
    const job = await waitFor(owner.accessToken, done.id, isOver);
    expect(job.state).toBe('succeeded');
    expect(await recordsOf(owner.uid)).toHaveLength(1);
    const kept = (await filesOf(owner.uid)).filter(({ id }) => id !== fileId).map(({ id }) => id);
    return { first: done.outputs[0]?.fileId, output, job, kept };
  }

  it('finds the output that was whole, and makes no other', async () => {
    const { first, job, kept } = await left(async ({ outputs }) => outputs[0]?.fileId ?? '');
    expect(job.outputs.map(({ fileId }) => fileId)).toEqual([first]);
    expect(kept).toEqual([first]);
  });

  it('gives back the output that was begun, and makes one', async () => {
    const { first, output, job, kept } = await left(async ({ id }) => {
      const userId = (await videoJobRef(firestore, id).get()).data()?.userId ?? '';
      const begun = { name: 'clip-thumbnail.jpg', source: 'derived' as const, maxBytes: 1_000 };
      return (await reserveFile(fileDeps(), userId, begun)).id;
    });
    const made = job.outputs[0]?.fileId;
    expect(kept).not.toContain(output);
    expect(kept.sort()).toEqual([first, made].sort());
  });
});

describe('the sweep', () => {
  const sweep = () =>
    sweepJobs({
      ...fileDeps(),
      ledger: createLedger({ firestore: () => firestore }),
      videoQueue: createVideoQueue({ projectId: stack().projectId, region: 'us-central1' }),
    });

  it('queues a job again that the queue has lost, and settles one that nobody did', async () => {
    process.env['CLOUD_TASKS_EMULATOR_HOST'] = stack().tasks;
    const owner = await seenUser();
    const fileId = await storeFile(owner.uid, clip);
    const done = await runJob(owner, fileId, { type: 'probe' });
    const before = (await videoJobRef(firestore, done.id).get()).data();
    if (!before) throw new Error('The job is gone');
    const due = Timestamp.fromMillis(Date.now() - 1);
    // A job as it is where the request died between its document and its task.
    const lost = `vid_${'L'.repeat(22)}`;
    const fresh = {
      state: 'queued',
      progress: 0,
      settled: false,
      attempt: 0,
      dueAt: due,
    } as const;
    await videoJobRef(firestore, lost).set({ ...before, ...fresh, finishedAt: null, startedAt: null });
    await videoJobRef(firestore, done.id).update({ settled: false, dueAt: due });
    const swept = await sweep();
    expect(swept.failed).toEqual([]);
    expect(swept.requeued).toBeGreaterThanOrEqual(1);
    expect(swept.settled).toBeGreaterThanOrEqual(1);
    expect(await waitFor(owner.accessToken, lost, isOver)).toMatchObject({ state: 'succeeded' });
    const { settled, dueAt } = (await videoJobRef(firestore, done.id).get()).data() ?? {};
    expect({ settled, dueAt }).toEqual({ settled: true, dueAt: null });
    // The one record of the one request that both are of.
    expect(await recordsOf(owner.uid)).toHaveLength(1);
  });
});

async function workerPid(): Promise<number> {
  const worker = (await workers()).find(({ name }) => name === 'runVideoJob');
  if (!worker) throw new Error('There is no worker');
  return worker.pid;
}

const foldersOf = (pid: number): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`firegate-video-${pid}-`));

/** Begins as an MP4 does, and goes on as something else. */
function disguised(text: string): Buffer {
  return Buffer.concat([clip.subarray(0, 32), Buffer.from(text)]);
}
