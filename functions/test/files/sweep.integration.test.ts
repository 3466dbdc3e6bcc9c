import { type Query, Timestamp } from '@google-cloud/firestore';
import { expect, it } from 'vitest';
import { randomId } from '../../src/domain/ids.ts';
import { MONTH_MS } from '../../src/domain/media-prices.ts';
import type { FileDeps } from '../../src/services/files/contract.ts';
import { deleteFile } from '../../src/services/files/delete-file.ts';
import { fillFile } from '../../src/services/files/fill-file.ts';
import { reserveFile } from '../../src/services/files/reserve-file.ts';
import { sweepFiles } from '../../src/services/files/sweep-files.ts';
import { createLedger } from '../../src/services/ledger/create-ledger.ts';
import { setAccess } from '../../src/services/set-access.ts';
import { type Bucket, openBucket } from '../../src/store/bucket.ts';
import { contentPath, fileRef, filesOfUser, uploadPath } from '../../src/store/files.ts';
import { StoreHandle } from '../../src/store/handle.ts';
import { memoryLog } from '../../src/test-support.ts';
import { expectError, openFirestore, seenUser } from '../auth/support.ts';
import { api } from '../harness/request.ts';
import { stack } from '../harness/stack.ts';
import { complete, content, offer, quota, upload } from './support.ts';

const firestore = openFirestore();
const { projectId } = stack();
const opened: Promise<Bucket> = openBucket({
  name: `${projectId}.firebasestorage.app`,
  projectId,
  local: true,
});

/** The sweep as it runs once this file's moment has come; other tests' files are none of its business yet. */
async function sweepWhenDue(id: string) {
  await due(id);
  return sweepNow();
}
async function sweepNow({
  store = new StoreHandle(firestore, Date.now),
  bucket = () => opened,
}: Partial<FileDeps> = {}) {
  const log = memoryLog();
  const report = await sweepFiles({
    store,
    bucket,
    ledger: createLedger({ firestore: () => firestore }),
    log,
    metrics: { call: () => undefined },
    now: Date.now,
  });
  expect(log.lines).toHaveLength(report.failed);
  return report;
}
const due = async (id: string) =>
  fileRef(firestore, id).update({ sweepAt: Timestamp.fromMillis(Date.now() - 1) });
interface Used {
  route: string;
  cost: { usd: string };
  units?: { bytes?: number };
}
const usageOf = async (token: string) => (await api<{ items: Used[] }>('usage', { token })).body.items;
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
  expect(await usageOf(token)).toMatchObject([
    { route: 'files/storage', units: { bytes } },
    { route: 'files', units: { bytes } },
  ]);

  await setAccess(new StoreHandle(firestore, Date.now), user.uid, {
    overrides: { budgets: [{ period: 'total', nanoUsd: 1 }] },
  });
  expect((await sweepWhenDue(id)).unpaid).toBeGreaterThanOrEqual(1);
  expect(await usageOf(token)).toHaveLength(2);
  expect((await api(`files/${id}`, { token })).status).toBe(200);
  const left = (await sweepMoment(id)) - Date.now();
  expect(left).toBeGreaterThan(86_300_000);
  expect(left).toBeLessThanOrEqual(86_400_000);
});

it('meters all of a user’s files that are due on one record, and once, however many sweeps run', async () => {
  const { accessToken: token, uid } = await seenUser();
  const ids: string[] = [];
  for (const bytes of [300_000, 200_000, 100_000]) {
    ids.push((await upload(token, Buffer.alloc(bytes, 'kept\n'))).body.id);
  }
  await Promise.all(ids.map(due));
  const reports = await Promise.all([sweepNow(), sweepNow(), sweepNow()]);
  expect(reports.reduce((sum, { renewed }) => sum + renewed, 0)).toBeGreaterThanOrEqual(3);
  const paid = (await usageOf(token)).filter(
    ({ route, cost }) => route === 'files/storage' && /[1-9]/.test(cost.usd),
  );
  expect(paid).toMatchObject([{ units: { bytes: 600_000 } }]);
  for (const id of ids) expect(await sweepMoment(id)).toBeGreaterThan(Date.now() + MONTH_MS - 60_000);
  expect((await filesOfUser(firestore, uid).get()).size).toBe(3);
});

it('leaves an upload that is completed while it looks', async () => {
  const { accessToken: token, uid } = await seenUser();
  const { file, upload: to } = (await offer(token, { name: 'x', mediaType: 'text/plain', bytes: 3 })).body;
  await fetch(to.url, { method: 'PUT', body: 'abc' });
  await due(file.id);
  class LateStore extends StoreHandle {
    override async query<T>(query: Query<T>) {
      const found = await super.query(query);
      expect((await complete(token, file.id)).status).toBe(200);
      return found;
    }
  }
  await sweepNow({ store: new LateStore(firestore, Date.now) });
  expect(await (await content(token, file.id)).text()).toBe('abc');
  expect((await quota(token)).used).toEqual({ bytes: 3, files: 1 });
  expect(await (await opened).info(contentPath(uid, file.id))).toBeDefined();
});

it('goes on behind a page of files that it can’t delete', async () => {
  const stuck = await seenUser();
  const user = await seenUser();
  const { id } = (await upload(user.accessToken, 'expired')).body;
  const template = (await fileRef(firestore, id).get()).data();
  if (!template) throw new Error('No file');
  const over = { expiresAt: Timestamp.fromMillis(1_000), sweepAt: Timestamp.fromMillis(1_000) };
  const refs = Array.from({ length: 100 }, () => fileRef(firestore, randomId('file')));
  const batch = firestore.batch();
  for (const ref of refs) batch.set(ref, { ...template, ...over, userId: stuck.uid });
  const behind = Timestamp.fromMillis(2_000);
  batch.update(fileRef(firestore, id), { expiresAt: behind, sweepAt: behind });
  await batch.commit();
  const bucket = await opened;
  const failing: Bucket = {
    ...bucket,
    delete: async (path) => {
      if (path.includes(stuck.uid)) throw new Error('Storage does not answer');
      return bucket.delete(path);
    },
  };
  try {
    const report = await sweepNow({ bucket: async () => failing });
    expect(report.failed).toBe(refs.length);
    expect((await fileRef(firestore, id).get()).exists).toBe(false);
  } finally {
    const cleaned = firestore.batch();
    for (const ref of refs) cleaned.delete(ref);
    await cleaned.commit();
  }
});

it('a file that is deleted while it is filled leaves nothing behind', async () => {
  const user = await seenUser();
  const store = new StoreHandle(firestore, Date.now);
  const bucket = await opened;
  const deps: FileDeps = { store, bucket: () => opened };
  const reserved = await reserveFile(deps, user.uid, { name: 'x', source: 'derived', maxBytes: 9 });
  const path = contentPath(user.uid, reserved.id);
  let filled: Promise<unknown> | undefined;
  const late: Bucket = {
    ...bucket,
    // The content comes right behind its deletion, before that of its record.
    delete: async (each) => {
      await bucket.delete(each);
      if (each !== path) return;
      filled ??= fillFile(deps, reserved, Buffer.from('some text'));
      await filled.catch(() => undefined);
    },
  };
  await deleteFile({ store, bucket: async () => late }, user.uid, reserved.id);
  await expect(filled).rejects.toMatchObject({ code: 'not_found' });
  expect(await bucket.info(path)).toBeUndefined();
  expect((await quota(user.accessToken)).used).toEqual({ bytes: 0, files: 0 });
});
