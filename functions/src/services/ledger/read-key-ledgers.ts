import type { Firestore } from '@google-cloud/firestore';
import { holderOfKey } from '../../domain/ledger/holder.ts';
import type { KeyAccess } from '../../domain/ledger/key-access.ts';
import { advancedKey } from '../../domain/ledger/key-state.ts';
import { holderStates, type LimitState } from '../../domain/ledger/limits.ts';
import type { Period } from '../../domain/ledger/period.ts';
import { keyLedgerRef, keyStateFrom, parseKeyLedger } from '../../store/key-ledger-document.ts';

/** An API key as its ledger has it now. */
export interface KeyLedger {
  access: KeyAccess;
  /** The key's own; none where nothing limits it beside its user's. */
  limits: LimitState[];
  /** Settled in the current day, week, month and in total, UTC; whole nano-USD. */
  settledNanoUsd: Record<Period, number>;
  heldNanoUsd: number;
  liveHolds: number;
  /** When it was last admitted, ms since the epoch. */
  lastUsedAt: number | undefined;
}

/**
 * In the order of the ids; undefined where there is no such key. One read each, in one round trip.
 *
 * @param now in ms since the epoch
 */
export async function readKeyLedgers(
  firestore: Firestore,
  keyIds: readonly string[],
  now: number,
): Promise<(KeyLedger | undefined)[]> {
  if (keyIds.length === 0) return [];
  const found = await firestore.getAll(...keyIds.map((id) => keyLedgerRef(firestore, id)));
  return found.map((snapshot) => {
    const document = parseKeyLedger(snapshot.data());
    if (document === undefined) return undefined;
    const key = advancedKey(keyStateFrom(document, now), now);
    const { day, week, month, total } = key.account.settled;
    return {
      access: key.access,
      limits: holderStates(holderOfKey(key)),
      settledNanoUsd: {
        day: day.nanoUsd,
        week: week.nanoUsd,
        month: month.nanoUsd,
        total: total.nanoUsd,
      },
      heldNanoUsd: key.account.heldNanoUsd,
      liveHolds: key.account.liveHolds,
      lastUsedAt: key.lastUsedAt,
    };
  });
}
