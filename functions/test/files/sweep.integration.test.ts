import { Timestamp } from '@google-cloud/firestore';
import { expect, it } from 'vitest';
import { MONTH_MS } from '../../src/domain/media-prices.ts';
import { sweepFiles } from '../../src/services/files/sweep-files.ts';
import { createLedger } from '../../src/services/ledger/create-ledger.ts';
import { setAccess } from '../../src/services/set-access.ts';
import { type Bucket, openBucket } from '../../src/store/bucket.ts';
import { contentPath, fileRef, uploadPath } from '../../src/store/files.ts';
import { StoreHandle } from '../../src/store/handle.ts';
import { memoryLog } from '../../src/test-support.ts';
import { expectError, openFirestore, seenUser } from '../auth/support.ts';
import { api } from '../harness/request.ts';
import { stack } from '../harness/stack.ts';
import { offer, quota, upload } from './support.ts';

const firestore = openFirestore();
const { projectId } = stack();
const opened: Promise<Bucket> = openBucket({
  name: `${projectId}.firebasestorage.app`,
  projectId,
  local: true,
});

/** The sweep as it runs once this file's moment has come; other tests' files are none of its business yet. */
async function sweepWhenDue(id: string) {
  await fileRef(firestore, id).update({ sweepAt: Timestamp.fromMillis(Date.now() - 1) });
  return sweepNow();
}
async function sweepNow() {
  const log = memoryLog();
  const report = await sweepFiles({
    store: new StoreHandle(firestore, Date.now),
    bucket: () => opened,
    ledger: createLedger({ firestore: () => firestore }),
    log,
    metrics: { call: () => undefined },
    now: Date.now,
  });
  expect(log.lines).toEqual([]);
  return report;
}
const sweepMoment = async (id: string) =>
  (await fileRef(firestore, id).get()).data()?.sweepAt?.toMillis() ?? 0;

it('deletes what has expired, which was not to be had before', async () => {
  const user = await seenUser();
  const token = user.accessToken;
  const expiresAt = new Date(Date.now() + 3_600_000);
  const { id } = (await upload(token, 'short-lived', { query: { expiresAt: expiresAt.toISOString() } })).body;
  expect(await sweepMoment(id)).toBe(expiresAt.getTime());
  await fileRef(firestore, id).update({ expiresAt: Timestamp.fromMillis(Date.now() - 1) });
  // Before any sweep.
  expectError(await api(`files/${id}`, { token }), 404, 'not_found');
  expect((await api<{ items: object[] }>('files', { token })).body.items).toEqual([]);
  expect((await quota(token)).used.files).toBe(1);

  expect((await sweepWhenDue(id)).expired).toBeGreaterThanOrEqual(1);
  expect((await quota(token)).used).toEqual({ bytes: 0, files: 0 });
  expect(await (await opened).info(contentPath(user.uid, id))).toBeUndefined();
  expect((await fileRef(firestore, id).get()).exists).toBe(false);
});

it('gives back the room of uploads that nobody finished, and what had arrived', async () => {
  const user = await seenUser();
  const { file, upload: to } = (
    await offer(user.accessToken, { name: 'x', mediaType: 'text/plain', bytes: 3 })
  ).body;
  await fetch(to.url, { method: 'PUT', body: 'abc' });
  expect(await (await opened).info(uploadPath(user.uid, file.id))).toBeDefined();
  await sweepNow();
  expect((await quota(user.accessToken)).used.files).toBe(1);

  expect(await sweepMoment(file.id)).toBeGreaterThan(Date.now() + 86_000_000);
  expect((await sweepWhenDue(file.id)).abandoned).toBeGreaterThanOrEqual(1);
  expect((await quota(user.accessToken)).used).toEqual({ bytes: 0, files: 0 });
  expect(await (await opened).info(uploadPath(user.uid, file.id))).toBeUndefined();
});

it('meters each further month of what is kept, and keeps what a budget has no room for', async () => {
  const user = await seenUser();
  const token = user.accessToken;
  const bytes = 400_000;
  const { id } = (await upload(token, Buffer.alloc(bytes, 'kept\n'))).body;
  const monthAhead = async () => {
    const left = (await sweepMoment(id)) - Date.now();
    return left > MONTH_MS - 60_000 && left <= MONTH_MS;
  };
  expect(await monthAhead()).toBe(true);
  expect((await sweepWhenDue(id)).renewed).toBeGreaterThanOrEqual(1);
  expect(await monthAhead()).toBe(true);
  const usage = async () =>
    (await api<{ items: { route: string; units?: object }[] }>('usage', { token })).body.items;
  expect(await usage()).toMatchObject([
    { route: 'files/storage', units: { bytes } },
    { route: 'files', units: { bytes } },
  ]);

  await setAccess(new StoreHandle(firestore, Date.now), user.uid, {
    overrides: { budgets: [{ period: 'total', nanoUsd: 1 }] },
  });
  expect((await sweepWhenDue(id)).unpaid).toBeGreaterThanOrEqual(1);
  expect(await usage()).toHaveLength(2);
  expect((await api(`files/${id}`, { token })).status).toBe(200);
  const left = (await sweepMoment(id)) - Date.now();
  expect(left).toBeGreaterThan(86_300_000);
  expect(left).toBeLessThanOrEqual(86_400_000);
});
