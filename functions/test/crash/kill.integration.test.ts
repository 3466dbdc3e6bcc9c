import { expect, it } from 'vitest';
import { stack } from '../harness/stack.ts';
import { runKills } from './kills.ts';

// 200 of them: npm run load -- kills
it('ten processes killed under load leave one record for each request, and books that are right', async () => {
  const report = await runKills(10, stack());
  expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(report).toMatchObject({ kills: 10 });
  expect(report.calls).toBeGreaterThan(20);
  expect(report.records).toBeGreaterThanOrEqual(report.calls);
}, 120_000);
