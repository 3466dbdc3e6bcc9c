import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Firestore } from '@google-cloud/firestore';
import { GatewayError } from '../../src/domain/errors.ts';
import type { Budget } from '../../src/domain/tiers.ts';
import type { Admission } from '../../src/services/ledger/contract.ts';
import type { FirestoreLedger } from '../../src/services/ledger/create-ledger.ts';
import { seeded } from './faulty.ts';
import { keyRequest } from './keys.ts';
import { countedLedger, facts, openFirestore, request } from './setup.ts';

/**
 * One instance under load, as a process of its own: `node worker.ts <WorkerJob as JSON>`. Starts when its parent
 * says so, and sends it a WorkerReport.
 */
export interface WorkerJob {
  uid: string;
  /** The API keys that the requests come with, in turn; absent: none. */
  keyIds?: string[];
  /** Each request has an Idempotency-Key, the same in all processes of this run; conflicts are waited for. */
  idempotencyRun?: string;
  /** Further users that the requests are of, in turn. */
  others?: string[];
  projectBudget?: Budget;
  /** The database, where it is not the one of all tests. */
  projectId?: string;
  requests: number;
  concurrency: number;
  /** What a request holds, and the least that it costs. */
  nanoUsd: number;
  leastNanoUsd: number;
  tokens: number;
  providerMs: number;
  /** Whether to come again after a 429 or a 503, as a client would. */
  retry: boolean;
  /** For comparison: no group and no memory, each operation reads the document and commits it by itself. */
  oneByOne?: boolean;
  seed: number;
}

export interface WorkerReport {
  settled: { requestId: string; costNanoUsd: number }[];
  /** The requests whose answers were given again. */
  replayed: string[];
  /** Final answers other than success, by error code. */
  refused: Record<string, number>;
  /** Whatever was not meant for a caller to see. */
  unexpected: string[];
  admissionMs: number[];
  elapsedMs: number;
  reads: number;
  writes: number;
  commits: number;
  conflicts: number;
}

export async function work(firestore: Firestore, job: WorkerJob): Promise<WorkerReport> {
  const options = { projectBudget: job.projectBudget };
  const instances = [countedLedger(firestore, options)];
  const ledger = () => {
    if (!job.oneByOne) return instances[0]?.ledger as FirestoreLedger;
    const instance = countedLedger(firestore, {
      waits: { admitMs: 600_000, settleMs: 600_000 },
      // Backs off for up to 450 ms, which was best for 64 that contend: half the rate with the ledger's own 30 ms.
      random: () => 15 * Math.random(),
    });
    instances.push(instance);
    return instance.ledger;
  };
  const random = seeded(job.seed);
  const settled: WorkerReport['settled'] = [];
  const replayed: string[] = [];
  const refused: Record<string, number> = {};
  const unexpected: string[] = [];
  const admissionMs: number[] = [];

  const uids = [job.uid, ...(job.others ?? [])];
  let turn = job.seed;
  const once = async (index: number): Promise<'settled' | GatewayError> => {
    const bound = { requestId: `req_${randomUUID()}`, tokens: job.tokens, nanoUsd: job.nanoUsd };
    turn += 1;
    const keyId = job.keyIds?.[turn % job.keyIds.length];
    const uid = uids[turn % uids.length] ?? job.uid;
    const ask = keyId === undefined ? request(uid, bound) : keyRequest(uid, keyId, bound);
    if (job.idempotencyRun) ask.idempotency = { key: `${job.idempotencyRun}-${index}`, bodyHash: 'h' };
    const startedAt = performance.now();
    let admission: Admission;
    try {
      admission = await ledger().admit(ask);
    } catch (error) {
      if (error instanceof GatewayError) return error;
      throw error;
    }
    admissionMs.push(performance.now() - startedAt);
    if (admission.replay) {
      replayed.push(admission.replay.requestId);
      return 'settled';
    }
    if (job.providerMs > 0) await sleep(job.providerMs);
    const costNanoUsd = job.leastNanoUsd + Math.floor(random() * (job.nanoUsd - job.leastNanoUsd + 1));
    const answer = { status: 200, headers: {}, body: JSON.stringify(ask.requestId) };
    const completion = admission.claim && { claim: admission.claim, answer };
    await ledger().settle(ask.requestId, uid, facts(Math.floor(job.tokens / 2), costNanoUsd), completion);
    settled.push({ requestId: ask.requestId, costNanoUsd });
    return 'settled';
  };
  const again = new Set(['rate_limited', 'unavailable', ...(job.idempotencyRun ? ['conflict'] : [])]);
  const one = async (index: number): Promise<void> => {
    for (;;) {
      const result = await once(index);
      if (result === 'settled') return;
      if (job.retry && again.has(result.code)) {
        await sleep(50 + random() * 100);
        continue;
      }
      refused[result.code] = (refused[result.code] ?? 0) + 1;
      return;
    }
  };

  const startedAt = performance.now();
  let left = job.requests;
  await Promise.all(
    Array.from({ length: job.concurrency }, async () => {
      while (left > 0) {
        left -= 1;
        await one(left).catch((error: unknown) => unexpected.push(String(error)));
      }
    }),
  );
  const elapsedMs = performance.now() - startedAt;
  await Promise.all(instances.map((instance) => instance.ledger.idle()));
  await firestore.terminate();
  const sum = (of: 'reads' | 'writes' | 'commits' | 'conflicts') =>
    instances.reduce((total, instance) => total + instance[of], 0);
  return {
    settled,
    replayed,
    refused,
    unexpected,
    admissionMs,
    elapsedMs,
    reads: sum('reads'),
    writes: sum('writes'),
    commits: sum('commits'),
    conflicts: sum('conflicts'),
  };
}

if (process.send && process.argv[1] === import.meta.filename) {
  const job = JSON.parse(process.argv[2] ?? '') as WorkerJob;
  const firestore = openFirestore(job.projectId);
  // The connection is there, as in an instance that has answered before.
  await firestore.doc('warm/up').set({ at: new Date() });
  process.once('message', async () => {
    const report = await work(firestore, job);
    process.send?.(report, () => process.exit(0));
  });
  process.send('ready');
}
