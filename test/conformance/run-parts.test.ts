import { expect, test } from 'vitest';
import type { CaseResult, Part } from './part.ts';
import { runParts } from './run-parts.ts';
import { isSameReason, messageDifferences } from './same-reason.ts';

function partOf(...results: readonly CaseResult[]): Part {
  return {
    name: 'planted',
    async *run() {
      yield* results;
    },
  };
}

async function run(
  ...results: readonly CaseResult[]
): Promise<{ isRight: boolean; lines: string[] }> {
  const lines: string[] = [];
  const options = { folder: '.', only: undefined, write: (line: string) => lines.push(line) };
  return { isRight: await runParts([partOf(...results)], options), lines };
}

test('runParts counts a case for each check, and tells what failed', async () => {
  const { isRight, lines } = await run(
    { name: 'good', failures: [] },
    { name: 'bad', checks: 10, failures: ['expected 1, found 2'] },
  );
  expect(isRight).toBe(false);
  expect(lines).toEqual(['planted 10/11', '  failed: bad', '    expected 1, found 2']);
});

test('runParts says what was missing, and does not count it', async () => {
  const { isRight, lines } = await run(
    { name: 'good', failures: [] },
    { name: 'a', failures: [], skipped: 'the folder has no x' },
    { name: 'b', failures: [], skipped: 'the folder has no x' },
  );
  expect(isRight).toBe(true);
  expect(lines).toEqual(['planted 1/1', '  skipped 2: the folder has no x']);
});

const ours = {
  severity: 'error',
  code: 'LOAD_ERR_VALIDATE',
  file: 'f',
  line: 1,
  column: 1,
} as const;

test('isSameReason takes our sentence for theirs, and no other', () => {
  const falco = {
    code: 'LOAD_ERR_VALIDATE',
    message: 'filter_check called with nonexistent field a.b',
  };
  expect(
    isSameReason(falco, { ...ours, message: 'unknown field "a.b": did you mean "a.c"?' }),
  ).toBe(true);
  expect(isSameReason(falco, { ...ours, message: 'unknown field "a.c"' })).toBe(false);
  expect(isSameReason(falco, { ...ours, code: 'LOAD_X', message: 'unknown field "a.b"' })).toBe(
    false,
  );
});

test('messageDifferences tells a missing and a needless message', () => {
  const falco = [{ code: 'LOAD_ERR_VALIDATE', message: 'one' }];
  const found = messageDifferences('error', falco, [{ ...ours, message: 'two' }]);
  expect(found).toHaveLength(2);
  expect(messageDifferences('error', falco, [{ ...ours, message: 'one, found x' }])).toEqual([]);
});

test('messageDifferences leaves out what is warned of behind the first error', () => {
  const warning = { ...ours, severity: 'warning', message: 'w' } as const;
  const falco = [{ code: ours.code, message: 'w' }];
  const error = { ...ours, message: 'e' };
  expect(messageDifferences('warning', [], [error, warning])).toEqual([]);
  expect(messageDifferences('warning', [], [warning, error])).toHaveLength(1);
  expect(messageDifferences('warning', falco, [warning, error])).toEqual([]);
});
