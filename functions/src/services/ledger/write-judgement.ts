import { assertSound } from '../../domain/ledger/account.ts';
import type { Pool } from '../../domain/ledger/lease.ts';
import { claimFields, claimRef } from '../../store/idempotency-keys.ts';
import { keyBookFields, keyLedgerRef } from '../../store/key-ledger-document.ts';
import { accessFields, bookFields, ledgerRef } from '../../store/ledger-document.ts';
import { poolFields, poolRef } from '../../store/project-pool.ts';
import { usageRef } from '../../store/usage-metrics.ts';
import type { AtomicWrite, WriteTime } from './atomic-write.ts';
import type { Base, KeySnapshot, PoolSnapshot } from './ledger-store.ts';
import type { ClaimWrite, Judgement } from './operations.ts';

/**
 * Puts all that a judgement changes into a commit, the pool apart, provided that what it was judged on still stands.
 * To be asked after the commit: what stands then.
 */
export function writeJudgement(
  write: AtomicWrite,
  uid: string,
  base: Base,
  { state, changedKeys, records, claims }: Judgement,
): () => Base {
  const { db } = write;
  assertSound(state.account);
  const access = base.user.isAccessStored ? {} : { access: accessFields(state.access) };
  const fields = { ...bookFields(uid, state), ...access };
  const userTime = write.put(ledgerRef(db, uid), fields, base.user.updateTime);
  const keys = new Map<string, () => KeySnapshot>();
  for (const keyId of changedKeys) {
    const [before, after] = [base.keys.get(keyId), state.keys.get(keyId)];
    if (!before || !after) throw new Error('A key that was never read');
    assertSound(after.account);
    const updateTime = write.put(keyLedgerRef(db, keyId), keyBookFields(after), before.updateTime);
    keys.set(keyId, () => ({ state: after, updateTime: updateTime() }));
  }
  for (const record of records) {
    const before = record.kind === 'correct' ? record.updateTime : undefined;
    write.put(usageRef(db, record.requestId), record.document, before);
  }
  for (const [id, claim] of claims) writeClaim(write, id, claim);
  return () => ({
    user: { state, updateTime: userTime(), isAccessStored: true },
    keys: new Map([...keys].map(([keyId, snapshot]) => [keyId, snapshot()])),
  });
}

function writeClaim(write: AtomicWrite, id: string, change: ClaimWrite): void {
  const ref = claimRef(write.db, id);
  if (change.kind === 'delete') write.delete(ref);
  else if (change.kind === 'set') write.overwrite(ref, claimFields(change.claim));
  else write.put(ref, claimFields(change.claim), change.kind === 'replace' ? change.updateTime : undefined);
}

export const writePool = (write: AtomicWrite, before: PoolSnapshot, pool: Pool): WriteTime =>
  write.put(poolRef(write.db), poolFields(pool), before.updateTime);
