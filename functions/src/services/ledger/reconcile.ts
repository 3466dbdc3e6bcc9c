import type { Firestore } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import { PERIODS, type Period, periodKey } from '../../domain/ledger/period.ts';
import { accessOf, ledgerRef, stateOf } from '../../store/ledger-document.ts';
import { usageOfUser } from '../../store/usage-metrics.ts';

/** A sum that the ledger and its records tell differently; whole nano-USD. */
export interface Difference {
  what: Period | 'held';
  /** Which period, or `now` for what is held. */
  key: string;
  ledgerNanoUsd: number;
  recordsNanoUsd: number;
}

export interface Reconciliation {
  userId: string;
  records: number;
  holds: number;
  /** Requests that are held although their record exists. */
  heldAndRecorded: string[];
  differences: Difference[];
}

const ATTEMPTS = 5;
/** Records read at a time. */
const PAGE = 1_000;

/**
 * Recomputes a user's ledger from the records, which are the truth, and tells where it says something else.
 * Reads all of the user's records, writes nothing; starts over where the ledger moves meanwhile.
 *
 * @throws GatewayError `conflict` where it never stood still for long enough
 */
export async function reconcileLedger(firestore: Firestore, userId: string): Promise<Reconciliation> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await ledgerRef(firestore, userId).get();
    const records = await sumRecords(firestore, userId);
    const after = await ledgerRef(firestore, userId).get();
    const isStill =
      before.updateTime && after.updateTime
        ? before.updateTime.isEqual(after.updateTime)
        : before.exists === after.exists;
    if (!isStill) continue;
    const document = before.data();
    const access = document && accessOf(document);
    if (!document?.book || !access) {
      const sum = [...records.sums.values()].reduce((a, b) => a + b, 0);
      const differences: Difference[] =
        sum === 0 ? [] : [{ what: 'total', key: 'total', ledgerNanoUsd: 0, recordsNanoUsd: sum }];
      return { userId, records: records.ids.size, holds: 0, heldAndRecorded: [], differences };
    }
    const { account, holds } = stateOf(document, access, 0);
    const held = [...holds.values()].reduce((sum, { nanoUsd }) => sum + nanoUsd, 0);
    const compared: Difference[] = PERIODS.map((period) => ({
      what: period,
      key: account.settled[period].key,
      ledgerNanoUsd: account.settled[period].nanoUsd,
      recordsNanoUsd: records.sums.get(sumKey(period, account.settled[period].key)) ?? 0,
    }));
    compared.push({ what: 'held', key: 'now', ledgerNanoUsd: account.heldNanoUsd, recordsNanoUsd: held });
    return {
      userId,
      records: records.ids.size,
      holds: holds.size,
      heldAndRecorded: [...holds.keys()].filter((id) => records.ids.has(id)),
      differences: compared.filter(({ ledgerNanoUsd, recordsNanoUsd }) => ledgerNanoUsd !== recordsNanoUsd),
    };
  }
  throw new GatewayError('conflict', 'The ledger is in use: try again when there are fewer requests.');
}

const sumKey = (period: Period, key: string): string => `${period} ${key}`;

async function sumRecords(firestore: Firestore, userId: string) {
  const ids = new Set<string>();
  const sums = new Map<string, number>();
  let page = await usageOfUser(firestore, userId).limit(PAGE).get();
  for (;;) {
    for (const snapshot of page.docs) {
      const { costNanoUsd, timestamp } = snapshot.data();
      ids.add(snapshot.id);
      for (const period of PERIODS) {
        const key = sumKey(period, periodKey(period, timestamp.toMillis()));
        sums.set(key, (sums.get(key) ?? 0) + costNanoUsd);
      }
    }
    const last = page.docs.at(-1);
    if (page.size < PAGE || last === undefined) return { ids, sums };
    page = await usageOfUser(firestore, userId).startAfter(last).limit(PAGE).get();
  }
}
