import type { UserAccounts } from './accounts.ts';

/** What must hold after a run, and whether it does. */
export interface Check {
  name: string;
  ok: boolean;
  /** Numbers, and the first few offenders where there are any. */
  found: string;
}

/** I3, the ledger's side: the records of each user add up to what is settled, and nothing is held any more. */
export function checkSums(accounts: readonly UserAccounts[]): Check[] {
  const wrong = accounts.filter(({ records, settledNanoUsd }) => sumOf(records) !== settledNanoUsd);
  const holding = accounts.filter(({ heldNanoUsd, heldTokens }) => heldNanoUsd !== 0 || heldTokens !== 0);
  const total = accounts.reduce((sum, { settledNanoUsd }) => sum + settledNanoUsd, 0);
  return [
    check(
      "each user's records add up to the ledger's settled",
      `${accounts.length} users, ${(total / 1e9).toFixed(9)} USD`,
      wrong.map(
        ({ uid, records, settledNanoUsd }) =>
          `${uid}: records ${sumOf(records)}, settled ${settledNanoUsd} nano-USD`,
      ),
    ),
    check(
      'nothing is held any more',
      '0 tokens, 0 nano-USD',
      holding.map(
        ({ uid, heldTokens, heldNanoUsd }) => `${uid}: ${heldTokens} tokens, ${heldNanoUsd} nano-USD`,
      ),
    ),
  ];
}

/**
 * I3, from outside: each request that reached the provider has one record, each record was one call, and each
 * request whose answer said that it had been let in has one.
 */
export function checkCalls(
  accounts: readonly UserAccounts[],
  upstreamIds: readonly (string | null)[],
  admittedIds: readonly string[],
): Check[] {
  const recorded = new Set(accounts.flatMap(({ records }) => [...records.keys()]));
  const called = new Set(upstreamIds);
  const seen = new Set<string | null>();
  const repeated = upstreamIds.filter((id) => seen.size === seen.add(id).size);
  return [
    check(
      'each call that reached the provider has its record',
      `${upstreamIds.length} calls`,
      [...called].filter((id) => id === null || !recorded.has(id)).map(String),
    ),
    check('no request was called twice', `${called.size} different ones`, repeated.map(String)),
    check(
      'each record is of a call that reached the provider',
      `${recorded.size} records`,
      [...recorded].filter((id) => !called.has(id)),
    ),
    check(
      'each answered request has its record',
      `${admittedIds.length} answers`,
      admittedIds.filter((id) => !recorded.has(id)),
    ),
  ];
}

export function check(name: string, found: string, offenders: readonly string[]): Check {
  if (offenders.length === 0) return { name, ok: true, found };
  const some = offenders.slice(0, 3).join('; ');
  return { name, ok: false, found: `${found}; ${offenders.length} wrong: ${some}` };
}

const sumOf = (records: UserAccounts['records']): number =>
  [...records.values()].reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0);
