import { logger } from './log.ts';
import { createLedger } from './services/ledger/create-ledger.ts';
import { sweepLedgers } from './services/ledger/sweep.ts';
import { openFirestore } from './store/open-firestore.ts';

/** The scheduled sweep's composition root: it needs neither secrets nor providers. */
export async function runSweep(): Promise<void> {
  const firestore = openFirestore();
  const ledger = createLedger({ firestore: () => firestore });
  const { swept, failed } = await sweepLedgers({ firestore, ledger, now: Date.now });
  if (swept > 0) logger.warn('Settled holds that nobody came back for', { users: swept });
  for (const { userId, error } of failed) {
    logger.error('A ledger could not be swept', {
      uid: userId,
      error: error instanceof Error ? error.message : 'unknown',
    });
  }
}
