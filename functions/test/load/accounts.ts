import { setTimeout as sleep } from 'node:timers/promises';
import type { Firestore } from '@google-cloud/firestore';
import { ledgerRef } from '../../src/store/ledger-document.ts';
import { type UsageDocument, usageOfUser } from '../../src/store/usage-metrics.ts';

/** All that the database says of one user after a run. */
export interface UserAccounts {
  uid: string;
  records: Map<string, UsageDocument>;
  settledNanoUsd: number;
  heldNanoUsd: number;
  heldTokens: number;
}

export async function readAccounts(db: Firestore, uid: string): Promise<UserAccounts> {
  const book = (await ledgerRef(db, uid).get()).data()?.book;
  const { docs } = await usageOfUser(db, uid).get();
  return {
    uid,
    records: new Map(docs.map((doc) => [doc.id, doc.data()])),
    settledNanoUsd: book?.settled.total.nanoUsd ?? 0,
    heldNanoUsd: book?.heldNanoUsd ?? 0,
    heldTokens: book?.heldTokens ?? 0,
  };
}

/** Waits until nobody holds anything: calls whose client has left go on for a while. @returns whether it came to that. */
export async function untilSettled(
  db: Firestore,
  uids: readonly string[],
  timeoutMs: number,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const snapshots = await Promise.all(uids.map((uid) => ledgerRef(db, uid).get()));
    if (snapshots.every((snapshot) => (snapshot.data()?.book?.heldTokens ?? 0) === 0)) return true;
    if (Date.now() > deadline) return false;
    await sleep(200);
  }
}
