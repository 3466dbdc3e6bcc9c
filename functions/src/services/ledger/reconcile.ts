import type { DocumentSnapshot, Firestore, Query } from '@google-cloud/firestore';
import { GatewayError } from '../../domain/errors.ts';
import type { Account } from '../../domain/ledger/account.ts';
import { PERIODS, type Period, periodKey } from '../../domain/ledger/period.ts';
import type { Hold } from '../../domain/ledger/state.ts';
import { keyLedgerRef, keyStateFrom, parseKeyLedger } from '../../store/key-ledger-document.ts';
import { accessOf, ledgerRef, parseLedger, stateOf } from '../../store/ledger-document.ts';
import { type UsageDocument, usageOfUser } from '../../store/usage-metrics.ts';

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
  /** Of which of the user's API keys; absent: of the user. */
  apiKeyId?: string;
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
 * Recomputes a ledger from the records, which are the truth, and tells where it says something else. Reads all
 * of the user's or the key's records, writes nothing; starts over where the ledger moves meanwhile.
 *
 * @param id of a user or of an API key
 * @throws GatewayError `conflict` where it never stood still for long enough
 */
export async function reconcileLedger(firestore: Firestore, id: string): Promise<Reconciliation> {
  const document = await firestore.doc(ledgerRef(firestore, id).path).get();
  const key = parseKeyLedger(document.data());
  const userId = key?.access.userId ?? id;
  const refs = [firestore.doc(ledgerRef(firestore, userId).path)];
  if (key) refs.push(keyLedgerRef(firestore, id));
  const all = usageOfUser(firestore, userId);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await firestore.getAll(...refs);
    const records = await sumRecords(key ? all.where('apiKeyId', '==', id) : all);
    const after = await firestore.getAll(...refs);
    if (!before.every((snapshot, i) => isSame(snapshot, after[i]))) continue;
    const [user, own] = before;
    const { account, holds } = key ? keyBooks(id, user, own) : userBooks(user);
    return {
      userId,
      ...(key && { apiKeyId: id }),
      records: records.ids.size,
      holds: holds.length,
      heldAndRecorded: holds.map(({ requestId }) => requestId).filter((hold) => records.ids.has(hold)),
      differences: compare(account, holds, records.sums),
    };
  }
  throw new GatewayError('conflict', 'The ledger is in use: try again when there are fewer requests.');
}

interface Books {
  /** Undefined: nothing was ever admitted. */
  account: Account | undefined;
  holds: Hold[];
}

function userBooks(snapshot: DocumentSnapshot | undefined): Books {
  const document = parseLedger(snapshot?.data());
  const access = accessOf(document);
  if (!document.book || !access) return { account: undefined, holds: [] };
  const { account, holds } = stateOf(document, access, 0);
  return { account, holds: [...holds.values()] };
}

/** The holds of a key are in its user's document. */
function keyBooks(
  keyId: string,
  user: DocumentSnapshot | undefined,
  own: DocumentSnapshot | undefined,
): Books {
  const document = parseKeyLedger(own?.data());
  const account = document?.book && keyStateFrom(document, 0).account;
  return { account, holds: userBooks(user).holds.filter((hold) => hold.keyId === keyId) };
}

function compare(
  account: Account | undefined,
  holds: readonly Hold[],
  sums: ReadonlyMap<string, number>,
): Difference[] {
  const compared: Difference[] = PERIODS.map((period) => {
    // Without an account nothing is settled in any period, so the total says it all.
    const { key, nanoUsd } = account?.settled[period] ?? { key: 'total', nanoUsd: 0 };
    return { what: period, key, ledgerNanoUsd: nanoUsd, recordsNanoUsd: sums.get(sumKey(period, key)) ?? 0 };
  });
  compared.push({
    what: 'held',
    key: 'now',
    ledgerNanoUsd: account?.heldNanoUsd ?? 0,
    recordsNanoUsd: holds.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0),
  });
  return compared.filter(({ ledgerNanoUsd, recordsNanoUsd }) => ledgerNanoUsd !== recordsNanoUsd);
}

const isSame = (a: DocumentSnapshot, b: DocumentSnapshot | undefined): boolean =>
  a.updateTime && b?.updateTime ? a.updateTime.isEqual(b.updateTime) : a.exists === b?.exists;

const sumKey = (period: Period, key: string): string => `${period} ${key}`;

async function sumRecords(query: Query<UsageDocument>) {
  const ids = new Set<string>();
  const sums = new Map<string, number>();
  let page = await query.limit(PAGE).get();
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
    page = await query.startAfter(last).limit(PAGE).get();
  }
}
