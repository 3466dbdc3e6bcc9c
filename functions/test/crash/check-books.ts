import type { Firestore } from '@google-cloud/firestore';
import type { RecordedRequest } from '../../../tools/sandbox/recorder.ts';
import { usdFromNano } from '../../src/domain/money.ts';
import { type Reconciliation, reconcileLedger } from '../../src/services/ledger/reconcile.ts';
import { keyLedgerRef } from '../../src/store/key-ledger-document.ts';
import { ledgerRef } from '../../src/store/ledger-document.ts';
import { type UsageDocument, usageOfUser } from '../../src/store/usage-metrics.ts';
import { type Check, check } from '../load/checks.ts';
import type { KillReport } from './kills.ts';
import type { Principal } from './principals.ts';
import type { Ending } from './traffic.ts';

export interface Evidence {
  principals: readonly Principal[];
  /** What reached the provider, by its own account. */
  calls: readonly RecordedRequest[];
  /** What the clients saw. */
  endings: readonly Ending[];
  /** Those of a process that nobody killed. */
  calm: readonly Ending[];
  /** Users swept by each sweep. */
  sweeps: readonly number[];
}

/**
 * What must hold after kills and a sweep, checked from three sides: the provider's own record of what reached it, what
 * the clients were told, and the database.
 */
export async function checkBooks(
  db: Firestore,
  evidence: Evidence,
): Promise<Pick<KillReport, 'records' | 'abandoned' | 'checks'>> {
  const { principals } = evidence;
  const records = new Map<string, UsageDocument>();
  for (const { uid } of principals) {
    for (const doc of (await usageOfUser(db, uid).get()).docs) records.set(doc.id, doc.data());
  }
  const reconciled: Reconciliation[] = [];
  for (const id of principals.flatMap(({ uid, keyId }) => [uid, keyId])) {
    reconciled.push(await reconcileLedger(db, id));
  }
  const abandoned = [...records.values()].filter(({ settlement }) => settlement === 'expired');
  return {
    records: records.size,
    abandoned: abandoned.length,
    checks: [
      ...checkCalls(records, evidence),
      ...checkAnswers(records, evidence),
      ...checkRecords(records, evidence),
      ...checkLedgers(reconciled),
      await checkHeld(db, principals),
      check('a second sweep finds nothing', '', evidence.sweeps[1] === 0 ? [] : [String(evidence.sweeps[1])]),
    ],
  };
}

type Records = ReadonlyMap<string, UsageDocument>;

function checkCalls(records: Records, { calls }: Evidence): Check[] {
  const ids = calls.map(({ requestId }) => requestId);
  return [
    check(
      'each call that reached the provider has its record',
      `${ids.length} calls`,
      ids.filter((id) => id === null || !records.has(id)).map(String),
    ),
    check(
      'no request reached the provider twice',
      '',
      ids.filter((id, i) => ids.indexOf(id) !== i).map(String),
    ),
  ];
}

function checkAnswers(records: Records, { endings, calm }: Evidence): Check[] {
  const done = endings.filter(({ end }) => end === 'done');
  const wrong = done.filter(({ requestId = '', costUsd }) => {
    const record = records.get(requestId);
    return (
      record?.settlement !== 'reported' ||
      record.status !== 'ok' ||
      record.source !== 'provider' ||
      (costUsd !== undefined && usdFromNano(record.costNanoUsd) !== costUsd)
    );
  });
  return [
    check(
      'what was answered is recorded as reported, at the price it said',
      `${done.length} answers`,
      describe(wrong),
    ),
    check(
      'whoever saw the headers of an answer has a record',
      '',
      describe(endings.filter(({ requestId, status }) => status === 200 && !records.has(requestId ?? ''))),
    ),
    check(
      'a request ends well, with 503, or with its process',
      `${endings.length} requests`,
      describe(endings.filter(({ end, status }) => end === 'error' && status !== 503)),
    ),
    check('after the kills all goes well', `${calm.length} requests`, [
      ...(calm.length === 0 ? ['no request'] : []),
      ...describe(calm.filter(({ end }) => end !== 'done')),
    ]),
  ];
}

function checkRecords(records: Records, { calls, endings }: Evidence): Check[] {
  const reached = new Set(calls.map(({ requestId }) => requestId));
  const answered = new Set(endings.filter(({ end }) => end === 'done').map(({ requestId }) => requestId));
  const all = [...records];
  const expired = all.filter(([, { settlement }]) => settlement === 'expired');
  const full = ({ costNanoUsd, heldNanoUsd, source, terminationReason, status }: UsageDocument) =>
    costNanoUsd === heldNanoUsd &&
    source === 'held' &&
    terminationReason === 'abandoned' &&
    status === 'error';
  const names = (list: [string, UsageDocument][]) => list.map(([id]) => id);
  return [
    check(
      'what was abandoned is settled in full',
      `${expired.length} records`,
      names(expired.filter(([, record]) => !full(record))),
    ),
    check('some were, or nothing was proven', '', expired.length > 0 ? [] : ['none was']),
    check('none that was answered is', '', names(expired.filter(([id]) => answered.has(id)))),
    check(
      'a record is of a call, or of one whose process died before it',
      `${all.length} records`,
      names(all.filter(([id, { settlement }]) => !reached.has(id) && settlement !== 'expired')),
    ),
    check(
      'none costs nothing where the provider worked, none more than was held',
      '',
      names(all.filter(([, record]) => record.costNanoUsd === 0 || record.costNanoUsd > record.heldNanoUsd)),
    ),
  ];
}

function checkLedgers(reconciled: readonly Reconciliation[]): Check[] {
  const name = ({ userId, apiKeyId }: Reconciliation) => apiKeyId ?? userId;
  return [
    check(
      'ledgers and records tell the same, to the nano-USD',
      `${reconciled.length} ledgers`,
      reconciled
        .filter(({ differences, heldAndRecorded }) => differences.length + heldAndRecorded.length > 0)
        .map((each) => `${name(each)}: ${JSON.stringify(each.differences)}`),
    ),
    check(
      'there is no hold left',
      '',
      reconciled.filter(({ holds }) => holds > 0).map((each) => `${name(each)}: ${each.holds}`),
    ),
  ];
}

async function checkHeld(db: Firestore, principals: readonly Principal[]): Promise<Check> {
  const offenders: string[] = [];
  for (const { uid, keyId } of principals) {
    const book = (await ledgerRef(db, uid).get()).data()?.book;
    if (book?.heldTokens !== 0 || book.heldNanoUsd !== 0) offenders.push(uid);
    const key = (await keyLedgerRef(db, keyId).get()).data()?.['liveHolds'];
    // Undefined where the key was never used.
    if (key) offenders.push(keyId);
  }
  return check('held is zero, tokens and money', '', offenders);
}

const describe = (endings: readonly Ending[]): string[] =>
  endings.map(({ requestId, status, end, text }) => `${requestId} ${status} ${end}: ${text.slice(0, 200)}`);
