import { expect, test } from 'vitest';
import type { FieldDef } from '#engine/fields/field.ts';
import { FIELDS } from '#engine/fields/table.ts';
import { OPERATORS } from '#engine/rules/ast.ts';
import { parseCondition } from '#engine/rules/language/parse-condition.ts';
import { outputProblem } from '#engine/rules/load/check-output.ts';
import { checkProblem } from '#engine/rules/load/check-types.ts';
import { tableLookup } from '#engine/rules/load/table-lookup.ts';
import { compileOutput } from '#engine/rules/output/compile-output.ts';
import { CheckBinder } from './bind-expr.ts';
import { CompileError } from './compile-error.ts';

/**
 * What the loader lets pass must bind, or a rule file that loads would end the program that uses
 * it: every field with every operator, constants of every kind, and around it every transformer.
 */
const VALUES = ['a', '1', 'true', '1.2.3.4', '::1', '10.0.0.0/8', '68656c', '""', '-1', '" 5"'];
const MORE_VALUES = ['99999999999999999999', '"("', 'open', 'ENOENT', '1.2.3.4/33', '1.0'];
const OTHERS = ['proc.name', 'fd.num', 'fd.sip', 'evt.is_io', 'evt.buffer', 'fd.types', 'evt.time'];
const LIST_OPERATORS = new Set<string>(['in', 'intersects', 'pmatch']);

const lookup = tableLookup(FIELDS);

function* conditionsOf(field: string): Iterable<string> {
  yield `${field} exists`;
  for (const operator of OPERATORS) {
    for (const value of [...VALUES, ...MORE_VALUES]) {
      yield LIST_OPERATORS.has(operator)
        ? `${field} ${operator} (${value}, ${value})`
        : `${field} ${operator} ${value}`;
      yield `${field} ${operator} anyof (${value})`;
    }
    for (const other of OTHERS) {
      for (const wrap of ['val', 'toupper', 'len']) yield `${field} ${operator} ${wrap}(${other})`;
    }
  }
  for (const value of ['a', '1', '""']) {
    for (const wrap of ['len', 'toupper', 'b64', 'basename']) yield `${wrap}(${field}) = ${value}`;
    yield `len(toupper(${field})) > ${value}`;
    yield `join(",", (${field}, "x")) = ${value}`;
    yield `join(${field}, ("x")) = ${value}`;
    yield `concat(${field}, "x") in (${value})`;
    yield `getopt(${field}, "a:") intersects (${value})`;
    yield `getopt(("x"), ${field})[a] = ${value}`;
  }
}

/** Those that the loader takes and the compiler does not. */
function disagreements({ name, arg, sources }: FieldDef): readonly string[] {
  const argument = arg === 'none' ? '' : '[0]';
  const source = sources.includes('syscall') ? 'syscall' : 'k8s_audit';
  return [...conditionsOf(`${name}${argument}`)].filter((text) => {
    const check = parsed(text);
    if (check === undefined || checkProblem(check, lookup, source) !== undefined) return false;
    try {
      new CheckBinder().bind(check);
      return false;
    } catch (error) {
      if (error instanceof CompileError) return true;
      throw error;
    }
  });
}

function parsed(text: string) {
  try {
    const expr = parseCondition(text);
    return expr.kind === 'check' ? expr : undefined;
  } catch {
    return undefined;
  }
}

const ARGUMENTS = ['', '[0]', '[x]', 's', '[0'];
const OUTPUTS = [
  '%F',
  '%20F %toupper(F)',
  '%99999999F',
  '%len( F )%F',
  '%concat(F, "x")',
  '%join(",", (F, "y"))',
  '%getopt(F, "a:")[a]',
];

/** Outputs that the loader takes and the compiler does not. */
function outputDisagreements({ name, sources }: FieldDef): readonly string[] {
  const source = sources.includes('syscall') ? 'syscall' : 'k8s_audit';
  const outputs = ARGUMENTS.flatMap((argument) =>
    OUTPUTS.map((output) => output.replaceAll('F', name + argument)),
  );
  return outputs.filter(
    (text) => outputProblem(text, lookup, source) === undefined && !compileOutput(text).ok,
  );
}

test('outputs that the loader takes can be compiled', () => {
  expect(FIELDS.flatMap(outputDisagreements)).toEqual([]);
});

test('what the loader takes can be compiled', () => {
  expect(FIELDS.flatMap(disagreements)).toEqual([]);
});
