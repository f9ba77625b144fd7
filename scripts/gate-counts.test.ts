import { describe, expect, test } from 'vitest';
import type { Outcome } from './gate-counts.ts';
import { countExit, countPrinted, countVitest } from './gate-counts.ts';

const outcome = (change: Partial<Outcome>): Outcome => ({
  exitCode: 0,
  output: '',
  report: undefined,
  ...change,
});

const report = (passed: number, failed: number, files: readonly object[] = []): string =>
  JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: files,
  });

describe('countExit', () => {
  test('is one yes or no', () => {
    expect(countExit(outcome({}))).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(countExit(outcome({ exitCode: 1 }))).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(countExit(outcome({ exitCode: null }))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('countVitest', () => {
  const count = (change: Partial<Outcome>) => countVitest(outcome(change));

  test('takes the numbers of the report', () => {
    expect(count({ report: report(7, 0) })).toEqual({ passed: 7, failed: 0, skipped: 3 });
    expect(count({ report: report(7, 2), exitCode: 1 })).toMatchObject({ passed: 7, failed: 2 });
  });

  test('counts a test file that could not be read', () => {
    const files = [{ status: 'failed', assertionResults: [] }];
    expect(count({ report: report(7, 0, files), exitCode: 1 })).toMatchObject({ failed: 1 });
  });

  test.each([
    ['vitest ends badly with every test passed', { report: report(7, 0), exitCode: 1 }],
    ['there is no report', {}],
    ['there was no test', { report: report(0, 0) }],
  ])('fails, when %s', (_name, change) => {
    expect(count(change).failed).toBe(1);
  });
});

describe('countPrinted', () => {
  const count = (output: string, exitCode = 0) => countPrinted(outcome({ output, exitCode }));

  test('takes the last such line', () => {
    const output = '1 passed, 9 failed\nmore\n42 passed, 0 failed, 3 skipped\n';
    expect(count(output)).toEqual({ passed: 42, failed: 0, skipped: 3 });
  });

  test('fails, when the line is missing, empty or denied by the exit code', () => {
    expect(count('all good\n').failed).toBe(1);
    expect(count('0 passed, 0 failed\n').failed).toBe(1);
    expect(count('4 passed, 0 failed\n', 1).failed).toBe(1);
  });
});
