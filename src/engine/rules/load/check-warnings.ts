import type { Check } from '#engine/rules/ast.ts';
import { TRANSFORMERS } from '#engine/rules/ast.ts';
import { parseLeftSide } from '#engine/rules/language/parse-condition.ts';
import { constantsOf } from './check-types.ts';
import type { FieldLookup } from './field-lookup.ts';
import { fieldsOf, resolveField } from './field-lookup.ts';

export interface Warning {
  readonly code: string;
  readonly message: string;
}

const UNSAFE_NA =
  'comparing a field value with <NA> is unsafe and can lead to unpredictable behavior of the rule ' +
  "condition. If you need to check for the existence of a field, consider using the 'exists' " +
  'operator instead.';
const EVT_DIR =
  "due to the drop of enter events, 'evt.dir = <' always evaluates to true, and 'evt.dir = >' " +
  'always evaluates to false. The rule expression can be simplified by removing the condition on ' +
  "'evt.dir'";

/** What Falco warns of before it looks at the fields, so of conditions that it then refuses too. */
export function unsafeWarningsOf(check: Check): readonly Warning[] {
  const warnings: Warning[] = [];
  const fields = fieldsOf(check.left).map(({ name }) => name);
  if (fields.includes('evt.dir')) {
    warnings.push({ code: 'LOAD_DEPRECATED_ITEM', message: EVT_DIR });
  }
  const mayBeNull = fields.some((name) => /^(ka|jevt)\./.test(name));
  if (mayBeNull && EQUALITIES.has(check.operator) && constantsOf(check).includes('<NA>')) {
    warnings.push({ code: 'LOAD_UNSAFE_NA_CHECK', message: UNSAFE_NA });
  }
  return warnings;
}

/** What Falco warns of in a check that is otherwise right. */
export function warningsOf(check: Check, lookup: FieldLookup, source: string): readonly Warning[] {
  const warnings: Warning[] = [];
  const say = (message: string) => warnings.push({ code: 'LOAD_COMPILE_CONDITION', message });
  for (const value of constantsOf(check)) {
    const stripped = value.replace(/[ \t\n\v\f\r]/g, '');
    if (check.operator === 'regex' && isSimplePattern(value)) {
      say(
        `regex check with '${value}' may be optimized with simpler operators such as '=', ` +
          "'contains', 'startswith', 'endswith'",
      );
    }
    if (isField(stripped, lookup, source)) {
      say(`'${value}' may be a valid field misused as a const string value`);
    }
    if (isTransformer(stripped)) {
      say(`'${value}' may be a valid field transformer misused as a const string value`);
    }
  }
  return warnings;
}

const EQUALITIES: ReadonlySet<string> = new Set(['=', '!=', 'in', 'intersects', 'pmatch']);

function isField(text: string, lookup: FieldLookup, source: string): boolean {
  if (!/^[a-zA-Z]\w*\.[a-zA-Z]/.test(text)) return false;
  const ref = parseLeftSide(text);
  if (ref?.kind !== 'field') return false;
  const resolved = resolveField(lookup, ref, source);
  return resolved !== undefined && resolved.wrong === undefined;
}

const CALLS = ['val', ...TRANSFORMERS].map((name) => `${name}(`);

function isTransformer(text: string): boolean {
  return (
    text.endsWith(')') && CALLS.some((call) => text.startsWith(call) && text.length > call.length)
  );
}

/** A pattern of plain characters with at most anchors and `.*` at its ends. */
function isSimplePattern(pattern: string): boolean {
  const last = pattern.length - 1;
  for (let i = 0; i <= last; i++) {
    const char = pattern.charAt(i);
    if ((i === 0 && char === '^') || (i === last && char === '$')) continue;
    const mayRepeat = (i === 0 && last > 0) || i === last - 1;
    if (mayRepeat && char === '.' && '+*?'.includes(pattern.charAt(i + 1))) {
      i++;
      continue;
    }
    if ('.+*?^$()[]{}|\\'.includes(char)) return false;
  }
  return true;
}
