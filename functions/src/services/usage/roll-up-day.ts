import { Timestamp } from '@google-cloud/firestore';
import { Rollup, type UsageGroup } from '../../domain/rollup.ts';
import type { StoreHandle } from '../../store/handle.ts';
import { usageOfUser } from '../../store/usage-metrics.ts';
import { type RollupDocument, rollupRef } from '../../store/usage-rollups.ts';
import { filtered } from './list-usage.ts';

const DAY_MS = 86_400_000;

/**
 * A record carries the moment at which it was judged, and appears when its commit is through, which takes at most
 * the half minute that a settlement waits. What is younger than this may still get company and is not kept.
 */
const SETTLING_MS = 120_000;

/**
 * A record that somebody else settled may be corrected downward by who made the call. No process outlives its request
 * by so much; until then neither that record nor what came after it is kept.
 */
const LATE_MS = 3_600_000;

const PAGE = 1_000;

/**
 * The sums of a user's day: from the roll-up as far as it reaches, from the records since then. Keeps what is old
 * enough not to change. A day that is over and rolled up costs one read.
 *
 * @param known the roll-up, where the caller has read it already
 */
export async function rollUpDay(
  store: StoreHandle,
  uid: string,
  day: string,
  known: RollupDocument | undefined,
): Promise<UsageGroup[]> {
  const start = Date.parse(`${day}T00:00:00Z`);
  const end = start + DAY_MS;
  const from = known?.through.toMillis() ?? start;
  if (from >= end) return known?.groups ?? [];

  let stable = Math.min(end, store.now() - SETTLING_MS);
  let kept = new Rollup(known?.groups);
  const all = new Rollup(known?.groups);
  let news = 0;
  for await (const record of recordsOf(store, uid, from, end)) {
    all.add(record);
    const at = record.timestamp.toMillis();
    // The newest come first: what was kept so far lies after this one.
    if (record.settlement === 'expired' && at < stable && store.now() - at < LATE_MS) {
      stable = at;
      kept = new Rollup(known?.groups);
      news = 0;
    }
    if (at < stable) {
      kept.add(record);
      news += 1;
    }
  }
  // A quiet day is not written again and again; a day that is over is written once more to say so.
  if (stable > from && (news > 0 || stable === end)) {
    const document = { userId: uid, day, through: Timestamp.fromMillis(stable), groups: kept.groups() };
    await store.set(rollupRef(store.firestore, uid, day), document);
  }
  return all.groups();
}

async function* recordsOf(store: StoreHandle, uid: string, from: number, to: number) {
  const query = filtered(usageOfUser(store.firestore, uid), { from, to }).limit(PAGE);
  let last: Timestamp | undefined;
  let lastId: string | undefined;
  for (;;) {
    const ordered = query.orderBy('__name__', 'desc');
    const page = await store.query(last && lastId ? ordered.startAfter(last, lastId) : ordered);
    for (const { data } of page) yield data;
    const end = page.at(-1);
    if (!end || page.length < PAGE) return;
    [last, lastId] = [end.data.timestamp, end.id];
  }
}
