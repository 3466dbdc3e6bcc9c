import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSums, type Countable, noUsageSums, Rollup } from './rollup.ts';

const count = fc.nat(1_000_000);
const record: fc.Arbitrary<Countable> = fc.record({
  provider: fc.constantFrom('openai', 'anthropic'),
  model: fc.constantFrom('a', 'b', '"],["'),
  apiKeyId: fc.constantFrom('k1', 'k2', undefined),
  status: fc.constantFrom('ok', 'error', 'cancelled'),
  costNanoUsd: count,
  inputTokens: count,
  outputTokens: count,
  cachedInputTokens: count,
  cacheWriteInputTokens: count,
  reasoningTokens: count,
});
const records = fc.array(record, { maxLength: 40 });
const sorted = (rollup: Rollup) =>
  rollup.groups().sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
const rolledUp = (all: readonly Countable[], on?: Rollup) => {
  const rollup = new Rollup(on?.groups());
  for (const each of all) rollup.add(each);
  return rollup;
};

describe('a roll-up', () => {
  it('adds up to its records, each in one group', () => {
    fc.assert(
      fc.property(records, (all) => {
        const groups = rolledUp(all).groups();
        const total = noUsageSums();
        for (const group of groups) addSums(total, group);
        const sum = (of: (each: Countable) => number) => all.reduce((so, each) => so + of(each), 0);
        expect(total).toEqual({
          requests: all.length,
          errors: all.filter(({ status }) => status !== 'ok').length,
          inputTokens: sum(({ inputTokens }) => inputTokens),
          outputTokens: sum(({ outputTokens }) => outputTokens),
          cachedInputTokens: sum(({ cachedInputTokens }) => cachedInputTokens),
          cacheWriteInputTokens: sum(({ cacheWriteInputTokens }) => cacheWriteInputTokens),
          reasoningTokens: sum(({ reasoningTokens }) => reasoningTokens),
          costNanoUsd: sum(({ costNanoUsd }) => costNanoUsd),
        });
        const labels = groups.map(({ provider, model, apiKeyId }) =>
          JSON.stringify([provider, model, apiKeyId]),
        );
        expect(new Set(labels).size).toBe(groups.length);
        const of = all.map(({ provider, model, apiKeyId }) =>
          JSON.stringify([provider, model, apiKeyId ?? null]),
        );
        expect(new Set(labels)).toEqual(new Set(of));
      }),
    );
  });

  it('goes on from one that was kept, and leaves that as it was', () => {
    fc.assert(
      fc.property(records, records, (before, after) => {
        const kept = rolledUp(before);
        const groups = structuredClone(kept.groups());
        expect(sorted(rolledUp(after, kept))).toEqual(sorted(rolledUp([...before, ...after])));
        expect(kept.groups()).toEqual(groups);
      }),
    );
  });
});
