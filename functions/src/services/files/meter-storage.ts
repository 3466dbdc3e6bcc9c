import { MONTH_MS, storageNanoUsd } from '../../domain/media-prices.ts';
import { OWN_WORK } from '../../domain/own-work.ts';
import { type MeterDeps, metered, type Payer, type Work } from '../metered.ts';
import type { FileRecord } from './contract.ts';

/** What files are recorded as. */
const MODEL = 'storage';

/** A function ends by then, and with it an upload that comes through it; so is the check of one that went straight to Storage. */
const WITHIN_MS = 540_000;

/** What a file of this size costs for the next month, or to the end of its life. */
export const storageCost = (bytes: number, expiresAt: number | undefined, now: number): number =>
  storageNanoUsd(bytes, Math.max(0, Math.min(MONTH_MS, (expiresAt ?? Number.POSITIVE_INFINITY) - now)));

export const storageWork = (nanoUsd: number): Work => ({
  provider: OWN_WORK,
  model: MODEL,
  nanoUsd,
  withinMs: WITHIN_MS,
});

/**
 * Has the storage of a file paid for while it is made. A file that does not come about costs nothing: nothing is kept.
 *
 * @param maxBytes what it may have at the most
 * @param make makes it
 * @throws GatewayError what the ledger refuses; whatever `make` throws
 */
export function withStorageMetered(
  deps: MeterDeps,
  payer: Payer,
  { maxBytes, expiresAt }: { maxBytes: number; expiresAt: number | undefined },
  make: () => Promise<FileRecord>,
): Promise<FileRecord> {
  const now = deps.now();
  return metered(
    deps,
    payer,
    storageWork(storageCost(maxBytes, expiresAt, now)),
    async () => {
      const file = await make();
      const costNanoUsd = storageCost(file.bytes, file.expiresAt, now);
      return { value: file, taken: { costNanoUsd, units: { bytes: file.bytes } } };
    },
    () => ({ taken: { costNanoUsd: 0 }, ended: { reason: 'upstream_error' } }),
  );
}
