import type { Check } from '#engine/rules/ast.ts';
import { printOperand } from '#engine/rules/language/print-condition.ts';
import { constantsOf } from './check-types.ts';
import type { Warning } from './check-warnings.ts';
import type { FieldLookup } from './field-lookup.ts';
import { resolveField } from './field-lookup.ts';

/**
 * Where the language does something else than a reader expects. Each is right Falco, so each is a
 * warning; its code begins with LINT.
 */
export function lintCheck(check: Check, lookup: FieldLookup, source: string): readonly Warning[] {
  if (check.left.kind !== 'field') return [];
  const resolved = resolveField(lookup, check.left, source);
  if (resolved === undefined) return [];
  const { facts, arg } = resolved;
  const field = printOperand(check.left);
  const values = constantsOf(check);
  const found: Warning[] = [];
  if (facts.several === 'chain' && arg === '' && check.operator === '!=') {
    found.push({
      code: 'LINT_ANCESTOR_NOT_EQUAL',
      message:
        `"${field} !=" holds as soon as one ancestor differs, which one nearly always does: ` +
        `write "not ${field} = …"`,
    });
  } else if (check.operator === '!=' && isOftenNull(facts.name)) {
    found.push({
      code: 'LINT_NULL_NOT_EQUAL',
      message:
        `"${field} !=" is false where there is no ${field}: write "not ${field} = …" if such ` +
        'events are meant too',
    });
  }
  if (check.operator === '!=' && check.modifier === 'anyof' && values.length > 1) {
    found.push({
      code: 'LINT_NOT_EQUAL_ANYOF',
      message: `"${field} != anyof" of several values always holds: write "!= allof"`,
    });
  }
  if (facts.name === 'fd.net' && check.operator === 'in' && values.length > 1) {
    found.push({
      code: 'LINT_NET_IN',
      message: '"fd.net in" looks at the first network of its list only: write one check each',
    });
  }
  if (/^fd\.[a-z]ip\.name$/.test(facts.name)) {
    found.push({
      code: 'LINT_DOMAIN_NAME',
      message: `"${field}" never matches: a rule's domains are not looked up when it is loaded`,
    });
  }
  return found;
}

/** Fields that most events do not have, so that their absence is worth a thought. */
function isOftenNull(name: string): boolean {
  return /^(fd\.|fs\.path|evt\.(arg|rawarg|res|rawres|buffer)|ka\.|jevt\.|container\.image)/.test(
    name,
  );
}
