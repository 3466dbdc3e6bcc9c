import { describe, expect, it } from 'vitest';
import { add, lastLine, nothing, oneFailure, playwrightOutcome, vitestOutcome } from './outcome.ts';

const report = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{}, {}, {}] }],
};

describe('the outcome of a vitest run', () => {
  it('counts tests', () => {
    expect(vitestOutcome(report, 0)).toEqual({ passed: 3, failed: 0, skipped: 0 });
    expect(vitestOutcome({ ...report, numFailedTests: 2 }, 1).failed).toBe(2);
  });

  it('counts a file that does not load', () => {
    const testResults = [...report.testResults, { status: 'failed', assertionResults: [] }];
    expect(vitestOutcome({ ...report, testResults }, 1).failed).toBe(1);
  });

  it('never passes when the runner failed', () => {
    expect(vitestOutcome(report, 1).failed).toBe(1);
  });

  it('counts skipped and planned tests', () => {
    expect(vitestOutcome({ ...report, numPendingTests: 1, numTodoTests: 1 }, 0).skipped).toBe(2);
  });
});

describe('the outcome of a Playwright run', () => {
  const stats = { expected: 5, unexpected: 0, flaky: 0, skipped: 0 };

  it('counts tests; a flaky one has failed', () => {
    expect(playwrightOutcome({ stats, errors: [] }, 0)).toEqual({ passed: 5, failed: 0, skipped: 0 });
    expect(playwrightOutcome({ stats: { ...stats, unexpected: 1, flaky: 1 }, errors: [] }, 1).failed).toBe(2);
  });

  it('counts errors outside of tests, and a runner that failed', () => {
    expect(playwrightOutcome({ stats, errors: [{}] }, 1).failed).toBe(1);
    expect(playwrightOutcome({ stats, errors: [] }, 1).failed).toBe(1);
  });
});

it('sums up in one line, in which a skipped test has failed', () => {
  const total = add(add({ passed: 4, failed: 1, skipped: 2 }, nothing), oneFailure);
  expect(lastLine(total)).toBe('4 passed, 4 failed');
});
