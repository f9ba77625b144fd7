import type { Check, Expr } from '#engine/rules/ast.ts';
import { ConditionError } from '#engine/rules/language/condition-error.ts';
import { parseCondition } from '#engine/rules/language/parse-condition.ts';
import { checkProblem } from '#engine/rules/load/check-types.ts';
import { warningsOf } from '#engine/rules/load/check-warnings.ts';
import type { FieldFacts, FieldLookup } from '#engine/rules/load/field-lookup.ts';
import { asRecords, readJson, textOf } from './corpus.ts';
import { listedFields } from './listed-fields.ts';
import type { CaseResult, Part } from './part.ts';
import { absent, isChosen } from './part-case.ts';

const FILE = 'unit/filter-compiler.json';

// The fields of a mock that the upstream tests define, with their values.
const VALUES: ReadonlyMap<string, string> = new Map([
  ['c.true', '1'],
  ['c.false', '0'],
  ['c.singlequote', "hello 'quoted'"],
  ['c.doublequote', 'hello "quoted"'],
  ['c.buffer', ''],
]);

/** Which conditions compile, with how many warnings, and what the boolean ones come to. */
export const unitCompiler: Part = {
  name: 'unit-compiler',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    const corpus = readJson(folder, FILE);
    if (corpus === undefined) return void (yield absent(FILE));
    const lookup = withMock(listedFields(folder));
    for (const { kind, filter, args } of asRecords(corpus['cases'])) {
      const name = `${textOf(kind)} ${textOf(filter)}`;
      if (!isChosen(name, only)) continue;
      const found = compile(textOf(filter), lookup);
      const failures =
        kind === 'test_filter_run'
          ? checkRun(textOf(args), found)
          : checkCompile(textOf(args), found);
      yield { name, failures };
    }
  },
};

type Outcome = { readonly expr: Expr; readonly warnings: number } | { readonly mistake: string };

function compile(filter: string, lookup: FieldLookup): Outcome {
  try {
    const expr = parseCondition(filter);
    const checks = checksOf(expr);
    for (const check of checks) {
      const problem = checkProblem(check, lookup, 'syscall');
      if (problem !== undefined) return { mistake: problem.message };
    }
    return {
      expr,
      warnings: checks.flatMap((check) => warningsOf(check, lookup, 'syscall')).length,
    };
  } catch (error) {
    if (error instanceof ConditionError) return { mistake: error.message };
    throw error;
  }
}

function checksOf(expr: Expr): readonly Check[] {
  switch (expr.kind) {
    case 'check':
      return [expr];
    case 'not':
      return checksOf(expr.child);
    case 'macro':
      return [];
    default:
      return expr.children.flatMap(checksOf);
  }
}

/** `factory, "filter"[, fails[, warnings]]` */
function checkCompile(args: string, found: Outcome): readonly string[] {
  const [, fails = 'false', warnings] = /", (true|false)(?:, (-?\d+))?$/.exec(args) ?? [];
  const isRefused = 'mistake' in found;
  if (isRefused !== (fails === 'true')) {
    const what = isRefused ? `a mistake: ${found.mistake}` : 'none';
    return [`expected ${fails === 'true' ? 'a mistake' : 'no mistake'}, found ${what}`];
  }
  if (isRefused || warnings === undefined || Number(warnings) === found.warnings) return [];
  return [`expected ${warnings} warnings, found ${found.warnings}`];
}

function checkRun(args: string, found: Outcome): readonly string[] {
  const expected = args.startsWith('true');
  const result = 'mistake' in found ? found.mistake : holds(found.expr);
  return result === expected ? [] : [`expected ${expected}, found ${result}`];
}

function holds(expr: Expr): boolean {
  switch (expr.kind) {
    case 'and':
      return expr.children.every(holds);
    case 'or':
      return expr.children.some(holds);
    case 'not':
      return !holds(expr.child);
    case 'macro':
      return false;
    case 'check':
      if (expr.left.kind !== 'field' || expr.right.kind !== 'value') return false;
      return VALUES.get(expr.left.name) === expr.right.value;
  }
}

function withMock(lookup: FieldLookup): FieldLookup {
  const mock = new Map(
    [...VALUES.keys()].map((name): [string, FieldFacts] => {
      const isBuffer = name === 'c.buffer';
      const types = {
        type: isBuffer ? 'buffer' : 'string',
        falcoType: isBuffer ? 'BYTEBUF' : 'CHARBUF',
      } as const;
      return [name, { name, arg: 'none', ...types }];
    }),
  );
  return {
    find: (name) => mock.get(name) ?? lookup.find(name),
    names: () => [...lookup.names(), ...mock.keys()],
  };
}
