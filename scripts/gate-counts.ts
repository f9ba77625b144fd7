/** What a gate found. A gate that is one yes or no counts as one. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How a gate ended: its exit code (null after a signal), what it printed, the report it wrote. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly output: string;
  readonly report: string | undefined;
}

/** One yes or no. */
export function countExit({ exitCode }: Outcome): Counts {
  return exitCode === 0
    ? { passed: 1, failed: 0, skipped: 0 }
    : { passed: 0, failed: 1, skipped: 0 };
}

/** The tests of a vitest JSON report; a test file that could not be read counts as one failure. */
export function countVitest(outcome: Outcome): Counts {
  if (outcome.report === undefined) return countExit({ ...outcome, exitCode: 1 });
  const report: VitestReport = JSON.parse(outcome.report);
  const unread = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return neverGreen(outcome, {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unread.length,
    skipped: report.numPendingTests + report.numTodoTests,
  });
}

/** The last line `N passed, N failed[, N skipped]` that a program printed. */
export function countPrinted(outcome: Outcome): Counts {
  const line = [...outcome.output.matchAll(PRINTED)].at(-1);
  if (line === undefined) return countExit({ ...outcome, exitCode: 1 });
  const [passed = 0, failed = 0, skipped = 0] = line.slice(1).map((digits) => Number(digits ?? 0));
  return neverGreen(outcome, { passed, failed, skipped });
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
}

const PRINTED = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm;

/** A gate that ended badly, or had nothing to count, has failed whatever its numbers say. */
function neverGreen(outcome: Outcome, counts: Counts): Counts {
  const good = outcome.exitCode === 0 && counts.passed > 0;
  return good || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}
