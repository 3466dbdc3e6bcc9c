import { readBudget, readStorageBucket } from './config.ts';
import { logger } from './log.ts';
import { retireDueKeys } from './services/api-keys/retire-due-keys.ts';
import { sweepFiles } from './services/files/sweep-files.ts';
import { createLedger } from './services/ledger/create-ledger.ts';
import { sweepLedgers } from './services/ledger/sweep.ts';
import { lazyBucket } from './store/bucket.ts';
import { StoreHandle } from './store/handle.ts';
import { openFirestore } from './store/open-firestore.ts';

// The composition root of what runs on a schedule: it needs neither secrets nor providers.

const firestore = openFirestore();
const openLedger = () =>
  createLedger({
    firestore: () => firestore,
    projectBudget: readBudget(process.env['PROJECT_BUDGET'] ?? '', []),
  });

export async function runSweep(): Promise<void> {
  const ledger = openLedger();
  const { swept, failed } = await sweepLedgers({ firestore, ledger, now: Date.now });
  if (swept > 0) logger.warn('Settled holds that nobody came back for', { users: swept });
  for (const { userId, error } of failed) {
    logger.error('A ledger could not be swept', {
      uid: userId,
      error: error instanceof Error ? error.message : 'unknown',
    });
  }
}

export async function runKeyRetirement(): Promise<void> {
  const { rotated, expired } = await retireDueKeys(new StoreHandle(firestore, Date.now));
  if (rotated + expired > 0) logger.info('Retired API keys', { rotated, expired });
}

const projectId = process.env['GCLOUD_PROJECT'] ?? process.env['GOOGLE_CLOUD_PROJECT'] ?? 'demo-firegate';
const bucket = lazyBucket({
  name: readStorageBucket(process.env, projectId),
  projectId,
  local: Boolean(process.env['STORAGE_EMULATOR_HOST']),
});

export async function runFileSweep(): Promise<void> {
  const report = await sweepFiles({
    store: new StoreHandle(firestore, Date.now),
    bucket,
    ledger: openLedger(),
    log: logger,
    // What a scheduled instance counts, nobody reads: its records tell.
    metrics: { call: () => undefined },
    now: Date.now,
  });
  if (Object.values(report).some((count) => count > 0)) logger.info('Looked after files', report);
}
