import { expect, test } from 'vitest';
import { changesOf } from './describe-event.ts';

test('only what changed is told', () => {
  expect(
    changesOf({
      before: { name: 'a', scopes: ['generate'], budget: null },
      after: { name: 'b', scopes: ['generate'], budget: { usd: '5' } },
    }),
  ).toEqual(['name: a → b', 'budget: none → {"usd":"5"}']);
  expect(changesOf({ before: null, after: { reason: 'expired' } })).toEqual(['reason: expired']);
  expect(changesOf({ before: null, after: null })).toEqual([]);
});
