import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import { afterAll, expect, it } from 'vitest';
import { auditOfUser } from '../../store/audit-log.ts';
import { StoreHandle } from '../../store/handle.ts';
import { refusedUseRecorder } from './record-refused-use.ts';

const firestore = new Firestore({ projectId: `demo-refused-${randomUUID().slice(0, 8)}` });
afterAll(() => firestore.terminate());

it('writes the first at once, counts those within a minute into the next, each key and reason apart', async () => {
  let now = 1_800_000_000_000;
  const store = new StoreHandle(firestore, () => now);
  const record = refusedUseRecorder(() => now);
  const principal = { kind: 'apiKey' as const, keyId: 'k1', uid: 'ada', hash: '$2b$' };
  const from = { ip: '192.0.2.1', userAgent: 'test' };
  const refuse = (reason: string, keyId = 'k1') => record(store, { ...principal, keyId }, reason, from);

  await Promise.all(Array.from({ length: 100 }, () => refuse('revoked')));
  await refuse('expired');
  await refuse('revoked', 'k2');
  now += 59_999;
  await refuse('revoked');
  expect(store.operations.writes).toBe(3);
  now += 1;
  await refuse('revoked');
  await refuse('revoked');
  expect(store.operations.writes).toBe(4);

  const records = (await auditOfUser(firestore, 'ada').get()).docs.map((document) => document.data());
  expect(records[0]).toMatchObject({
    action: 'api_key.use_refused',
    actor: 'k1',
    apiKeyId: 'k1',
    ip: '192.0.2.1',
    count: 101,
    before: null,
    after: { reason: 'revoked' },
  });
  expect(records.map(({ count }) => count).sort()).toEqual([1, 1, 1, 101]);
  expect(JSON.stringify(records)).not.toContain('$2b$');
});
