/** What a step of `npm test` came to. A step without tests of its own, such as the type check, counts only when it fails. */
export interface Outcome {
  passed: number;
  failed: number;
  /** Tests that did not run, such as `it.skip`: nothing is skipped silently here, so they fail the step. */
  skipped: number;
}

export const nothing: Outcome = { passed: 0, failed: 0, skipped: 0 };
export const oneFailure: Outcome = { passed: 0, failed: 1, skipped: 0 };

export function add(a: Outcome, b: Outcome): Outcome {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The last line of `npm test`. */
export function lastLine({ passed, failed, skipped }: Outcome): string {
  return `${passed} passed, ${failed + skipped} failed`;
}

/** The part of vitest's JSON report that counts. */
export interface VitestReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/** A file that fails as a whole (it does not load, a hook fails) has no failed test: it counts as one. */
export function vitestOutcome(report: VitestReport, exitCode: number): Outcome {
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The part of Playwright's JSON report that counts. */
export interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
}

/** A test that passes only when repeated has failed. */
export function playwrightOutcome({ stats, errors }: PlaywrightReport, exitCode: number): Outcome {
  const failed = stats.unexpected + stats.flaky + errors.length;
  return {
    passed: stats.expected,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: stats.skipped,
  };
}
