import type { Check, Operator, Right } from '#engine/rules/ast.ts';
import { PATHS } from './engine-words.ts';
import type { Random } from './random.ts';

const PATH_CHECKS: readonly (readonly [string, Operator])[] = [
  ['fd.name', '='],
  ['fd.name', 'in'],
  ['fd.name', 'startswith'],
  ['fd.name', 'endswith'],
  ['fd.name', 'contains'],
  ['fd.name', 'glob'],
  ['fd.name', 'pmatch'],
  ['fd.directory', '='],
  ['fd.directory', 'in'],
  ['fd.directory', 'startswith'],
  ['fd.directory', 'pmatch'],
  ['fd.filename', '='],
  ['fd.filename', 'in'],
  ['evt.arg.name', 'startswith'],
  ['fs.path.name', 'pmatch'],
];
const PARTS = [
  '/.ssh/',
  '/etc/',
  '/shadow',
  'shadow',
  '/id_rsa',
  '/root/.ssh/',
  '/e',
  '/.s',
  'etc',
  'x',
  '/usr/bin/*',
  '/*/shadow',
  '/tmp/x',
];

/** A check of the path of an open, as a prefilter is made of. */
export function pathCheck(random: Random): Check {
  const [name, operator] = random.pick(PATH_CHECKS);
  const one = (): string => random.pick([...PARTS, ...PATHS]);
  const isList = operator === 'in' || operator === 'pmatch';
  const side: Right = isList
    ? { kind: 'list', values: Array.from({ length: 1 + random.below(3) }, one) }
    : { kind: 'value', value: one() };
  return {
    kind: 'check',
    left: { kind: 'field', name, position: 0 },
    operator,
    right: side,
    position: 0,
  };
}

const CLASS_CHECKS: readonly (readonly [string, Operator, string])[] = [
  ['evt.is_open_write', '=', 'true'],
  ['evt.is_open_read', '=', 'true'],
  ['evt.is_open_write', '!=', 'true'],
  ['fd.num', '>=', '0'],
  ['evt.failed', '=', 'true'],
  ['evt.res', '=', 'SUCCESS'],
  ['evt.rawres', '<', '0'],
  ['evt.is_open_exec', '=', 'true'],
  ['fd.num', '=', '-1'],
];

/** A check of which class an open has. */
export function classCheck(random: Random): Check {
  const [name, operator, value] = random.pick(CLASS_CHECKS);
  return {
    kind: 'check',
    left: { kind: 'field', name, position: 0 },
    operator,
    right: { kind: 'value', value },
    position: 0,
  };
}
