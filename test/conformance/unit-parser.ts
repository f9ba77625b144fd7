import { ConditionError } from '#engine/rules/language/condition-error.ts';
import { parseCondition } from '#engine/rules/language/parse-condition.ts';
import { printCondition } from '#engine/rules/language/print-condition.ts';
import { asRecords, readJson, textOf } from './corpus.ts';
import type { CaseResult, Part } from './part.ts';
import { absent, isChosen } from './part-case.ts';

const FILE = 'unit/filter-parser.json';

/** Texts that are conditions and texts that are not; the first with other blanks too. */
export const unitParser: Part = {
  name: 'unit-parser',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    const corpus = readJson(folder, FILE);
    if (corpus === undefined) return void (yield absent(FILE));
    for (const entry of asRecords(corpus['cases'])) {
      const name = `${textOf(entry['kind'])} ${JSON.stringify(entry['filter'])}`;
      if (isChosen(name, only)) {
        yield { name, failures: failuresOf(textOf(entry['kind']), textOf(entry['filter'])) };
      }
    }
  },
};

function failuresOf(kind: string, filter: string): readonly string[] {
  if (kind === 'reject') {
    const found = outcome(filter);
    return found.startsWith('a mistake') ? [] : [`expected a mistake, found ${found}`];
  }
  const blanks = ['\n', '\t'].map((blank) => filter.replaceAll(' ', blank));
  const expected = outcome(filter);
  return [filter, ` ${filter} `, ...blanks].flatMap((text) => {
    const found = outcome(text);
    const isRight =
      !found.startsWith('a mistake') && (text.trim() !== filter || found === expected);
    return isRight ? [] : [`expected a condition in ${JSON.stringify(text)}, found ${found}`];
  });
}

function outcome(filter: string): string {
  try {
    return printCondition(parseCondition(filter));
  } catch (error) {
    if (error instanceof ConditionError) return `a mistake: ${error.message}`;
    throw error;
  }
}
