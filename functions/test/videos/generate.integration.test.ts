import { Timestamp } from '@google-cloud/firestore';
import { beforeAll, describe, expect, it } from 'vitest';
import { MONTH_MS, storageNanoUsd } from '../../src/domain/media-prices.ts';
import { VIDEO_LIMITS } from '../../src/domain/video/limits.ts';
import { createLedger } from '../../src/services/ledger/create-ledger.ts';
import { MOST_GENERATED } from '../../src/services/videos/create-generation.ts';
import { workOnJob } from '../../src/services/videos/work-on-job.ts';
import { userRef } from '../../src/store/users.ts';
import { videoJobRef } from '../../src/store/video-jobs.ts';
import { ask, expectError, seenUser } from '../auth/support.ts';
import { sandboxRequests } from '../harness/sandbox.ts';
import type { TestUser } from '../harness/users.ts';
import { recordOf, recordsOf, requestIdOf } from '../llm/support.ts';
import { makePng, streamsOf } from './clips.ts';
import {
  contentOf,
  fileDeps,
  filesOf,
  firestore,
  isOver,
  type Job,
  storeFile,
  waitFor,
  workers,
} from './support.ts';

const CENT = 10_000_000;
/** Of what is kept. */
const month = (job: Job): number => storageNanoUsd(job.outputs[0]?.bytes ?? 0, MONTH_MS);
let user: TestUser;

beforeAll(async () => {
  user = await seenUser();
});

const order = (who: TestUser, body: object) =>
  ask<Job>('videos/generate', { token: who.accessToken, body: { seconds: 4, ...body } });

describe('a video that a model makes', () => {
  it('is ordered, looked after and kept, and paid by the second', async () => {
    const answer = await order(user, { prompt: 'A cat that plays the piano' });
    expect(answer.status, answer.text).toBe(202);
    expect(answer.body).toMatchObject({
      state: 'queued',
      operation: { type: 'generate', provider: 'openai', model: 'sora-2', seconds: 4, size: '1280x720' },
    });
    const seen: number[] = [];
    const job = await waitFor(user.accessToken, answer.body.id, isOver, {
      see: ({ progress }) => seen.push(progress),
    });
    expect(job).toMatchObject({ state: 'succeeded', progress: 100 });
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
    const fileId = job.outputs[0]?.fileId ?? '';
    const { streams } = streamsOf(await contentOf(user.uid, fileId));
    expect(streams.map(({ codec_name }) => codec_name)).toEqual(['h264', 'aac']);
    expect(await filesOf(user.uid)).toMatchObject([
      { id: fileId, status: 'ready', source: 'generated', mediaType: 'video/mp4', name: 'sora-2-4s.mp4' },
    ]);
    expect(await recordOf(job.requestId)).toMatchObject({
      provider: 'openai',
      model: 'sora-2',
      route: 'videos/generate',
      units: { seconds: 4, bytes: job.outputs[0]?.bytes },
      costNanoUsd: 4 * 10 * CENT + month(job),
      heldNanoUsd: 4 * 10 * CENT + storageNanoUsd(MOST_GENERATED, MONTH_MS),
      status: 'ok',
    });
    // The prompt is the provider's alone.
    const document = (await videoJobRef(firestore, job.id).get()).data();
    expect(JSON.stringify(document)).not.toContain('piano');
    const [asked] = await sandboxRequests(job.requestId);
    expect(asked).toMatchObject({
      path: '/v1/videos',
      body: { model: 'sora-2', prompt: 'A cat that plays the piano', seconds: '4', size: '1280x720' },
    });
  });

  it('begins with a picture, and has each model’s price', async () => {
    const inputReference = await storeFile(user.uid, makePng(), 'start.png');
    const answer = await order(user, {
      model: 'sora-2-pro',
      prompt: 'It moves',
      seconds: 8,
      size: '1792x1024',
      inputReference,
    });
    const job = await waitFor(user.accessToken, answer.body.id, isOver);
    expect(job).toMatchObject({ state: 'succeeded', input: { fileId: inputReference } });
    expect(await recordOf(job.requestId)).toMatchObject({
      units: { seconds: 8 },
      costNanoUsd: 8 * 50 * CENT + month(job),
    });
    const [asked] = await sandboxRequests(job.requestId);
    expect(asked?.body).toMatchObject({ input_reference: { type: 'image/png', file: 'start.png' } });
  });

  it('that the provider does not let through fails, and costs nothing', async () => {
    const owner = await seenUser();
    const { body } = await order(owner, { prompt: 'No [[sandbox: stop=content_filter]]' });
    const job = await waitFor(owner.accessToken, body.id, isOver);
    expect(job).toMatchObject({ state: 'failed', outputs: [], error: { code: 'upstream_error' } });
    expect(job.error?.message).toContain('moderation_blocked');
    await recordOf(job.requestId);
    expect(await recordsOf(owner.uid)).toMatchObject([{ costNanoUsd: 0, status: 'error' }]);
    await expect.poll(() => filesOf(owner.uid), { timeout: 10_000 }).toEqual([]);
  });

  it('is fetched again where the download breaks off, and kept once', async () => {
    const owner = await seenUser();
    const { body } = await order(owner, { prompt: 'Cut [[sandbox: stop=length]]' });
    const job = await waitFor(owner.accessToken, body.id, isOver);
    expect(job.state).toBe('succeeded');
    expect((await filesOf(owner.uid)).map(({ id, status }) => [id, status])).toEqual([
      [job.outputs[0]?.fileId, 'ready'],
    ]);
    expect(streamsOf(await contentOf(owner.uid, job.outputs[0]?.fileId ?? '')).streams).toHaveLength(2);
    expect((await videoJobRef(firestore, job.id).get()).data()).toMatchObject({ attempt: 1 });
  });

  it('is cancelled, and paid: the provider does not stop', async () => {
    const owner = await seenUser();
    const { body } = await order(owner, { prompt: 'Slow [[sandbox: delay=20000]]' });
    await waitFor(owner.accessToken, body.id, ({ state }) => state === 'running');
    await ask(`videos/jobs/${body.id}`, { method: 'DELETE', token: owner.accessToken });
    const job = await waitFor(owner.accessToken, body.id, isOver, { withinMs: 15_000 });
    expect(job).toMatchObject({ state: 'cancelled', outputs: [] });
    expect(await recordOf(job.requestId)).toMatchObject({ costNanoUsd: 40 * CENT, status: 'cancelled' });
    await expect.poll(() => filesOf(owner.uid), { timeout: 10_000 }).toEqual([]);
  });

  it.each([
    ['was cancelled', { cancelRequested: true }, { state: 'cancelled' }],
    ['has run out of time', { deadline: Timestamp.fromMillis(0) }, { state: 'failed' }],
    ['has run out of attempts', { attempt: VIDEO_LIMITS.attempts }, { state: 'failed' }],
  ])('is paid, and its room given back, though its worker died and it %s', async (_, change, end) => {
    const owner = await seenUser();
    const { body } = await order(owner, { prompt: 'Slow [[sandbox: delay=20000]]' });
    await waitFor(owner.accessToken, body.id, ({ state }) => state === 'running');
    // The worker that has it loses it; whoever is handed it next finds it like this.
    const died = { attempt: 2, leaseUntil: null, ...change };
    await videoJobRef(firestore, body.id).update(died);
    const next = { ...fileDeps(), ledger: createLedger({ firestore: () => firestore }), warn: () => {} };
    const nobody = () => Promise.reject(new Error('It is over'));
    expect(await workOnJob(next, body.id, 'generation', nobody)).toBe('done');
    expect(await recordOf(body.requestId)).toMatchObject({ costNanoUsd: 40 * CENT, units: { seconds: 4 } });
    expect((await videoJobRef(firestore, body.id).get()).data()).toMatchObject({ ...end, settled: true });
    expect(await filesOf(owner.uid)).toEqual([]);
  });

  it('is ordered once and kept once, though the worker that looks after it is killed', async () => {
    const owner = await seenUser();
    const { body } = await order(owner, { prompt: 'Slow [[sandbox: delay=3000]]' });
    await waitFor(owner.accessToken, body.id, ({ progress }) => progress > 0);
    const worker = (await workers()).find(({ name }) => name === 'runVideoGeneration');
    process.kill(worker?.pid ?? 0, 'SIGKILL');
    const job = await waitFor(owner.accessToken, body.id, isOver, { withinMs: 100_000 });
    expect(job.error).toBeUndefined();
    expect(job.state).toBe('succeeded');
    expect((await filesOf(owner.uid)).map(({ id, status }) => [id, status])).toEqual([
      [job.outputs[0]?.fileId, 'ready'],
    ]);
    const asked = await sandboxRequests(job.requestId);
    expect(asked.filter(({ path }) => path === '/v1/videos')).toHaveLength(1);
    await recordOf(job.requestId);
    expect(await recordsOf(owner.uid)).toMatchObject([{ costNanoUsd: 40 * CENT + month(job) }]);
  }, 150_000);
});

describe('an order that is not taken', () => {
  it.each([
    [{ model: 'sora-9' }, 'there is no video model sora-9'],
    [{ seconds: 5 }, 'sora-2 makes 4, 8, 12'],
    [{ size: '1792x1024' }, 'sora-2 makes 1280x720, 720x1280'],
    [{ size: 'constructor' }, ''],
    [{ prompt: '' }, ''],
  ])('%j is invalid', async (change, message) => {
    const answer = await order(user, { prompt: 'A cat', ...change });
    expect(expectError(answer, 400, 'invalid_request').message).toContain(message);
  });

  it('begins with a file that is no picture', async () => {
    const inputReference = await storeFile(user.uid, Buffer.from('only text'), 'start.txt');
    expectError(await order(user, { prompt: 'A cat', inputReference }), 422, 'unprocessable');
  });

  it('is over the budget: nothing is ordered and no room is taken', async () => {
    const poor = await seenUser();
    const budgets = [{ period: 'day' as const, nanoUsd: 40 * CENT - 1 }];
    await userRef(firestore, poor.uid).update({ overrides: { budgets } });
    const answer = await order(poor, { prompt: 'A cat' });
    expectError(answer, 422, 'unprocessable');
    expect(await filesOf(poor.uid)).toEqual([]);
    expect(await sandboxRequests(requestIdOf(answer))).toEqual([]);
    expect(await recordsOf(poor.uid)).toEqual([]);
  });

  it('is refused by the provider: it costs nothing', async () => {
    const owner = await seenUser();
    const answer = await order(owner, { prompt: 'A cat [[sandbox: fault=server_error]]' });
    expectError(answer, 502, 'upstream_error');
    expect(await filesOf(owner.uid)).toEqual([]);
    expect(await recordOf(requestIdOf(answer))).toMatchObject({ costNanoUsd: 0, status: 'error' });
  });

  it('breaks off: nobody knows whether it was taken, so it is paid', async () => {
    const owner = await seenUser();
    const answer = await order(owner, { prompt: 'A cat [[sandbox: fault=cut]]' });
    expectError(answer, 502, 'upstream_error');
    expect(await recordOf(requestIdOf(answer))).toMatchObject({ costNanoUsd: 40 * CENT, source: 'held' });
  });
});
