import { describe, expect, test } from 'vitest';
import { CONDITION_NESTING, CONDITION_TREE_DEPTH } from '#model/limits.ts';
import { ConditionError } from './condition-error.ts';
import { parseCondition, parseLeftSide } from './parse-condition.ts';
import { printCondition } from './print-condition.ts';

function mistake(text: string): { message: string; offset: number } {
  try {
    parseCondition(text);
  } catch (error) {
    if (error instanceof ConditionError) return { message: error.message, offset: error.offset };
    throw error;
  }
  throw new Error(`expected a mistake in ${text}`);
}

describe('parseCondition reads', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['and before or', 'a or b and c', '(a or (b and c))'],
    ['not before and', 'not a and b', '(not a and b)'],
    ['groups', '(a or b) and c', '((a or b) and c)'],
    ['groups of one as nothing', '((a))', 'a'],
    ['pairs of not as nothing', 'not not a', 'a'],
    ['not around a group', 'not(a and not (b))', 'not (a and not b)'],
    ['joins without a blank', '(a)and(b)or(c)', '((a and b) or c)'],
    ['== as itself', 'evt.type==open', 'evt.type == open'],
    ['a field argument', 'proc.aname[2] exists', 'proc.aname[2] exists'],
    ['an argument in quotes', 'proc.env["A B"] = x', 'proc.env["A B"] = x'],
    ['an empty list', 'fd.name in ()', 'fd.name in ()'],
    ['lists with quotes', `fd.name in (a, 'b c',"d")`, 'fd.name in (a, "b c", d)'],
    ['a bare name for a list', 'fd.name in names and x', '(fd.name in names and x)'],
    ['a modifier', 'fd.name startswith oneof (/a, /b)', 'fd.name startswith oneof (/a, /b)'],
    ['a modifier word as a value', 'a.b = oneof or c', '(a.b = oneof or c)'],
    ['a modifier with a list name', 'a.b = anyof names', 'a.b = anyof names'],
    ['a transformer', 'tolower(basename( fd.name )) = x', 'tolower(basename(fd.name)) = x'],
    ['a field on the right', 'a.b = val( c.d )', 'a.b = val(c.d)'],
    ['a transformer on the right', 'a.b in b64(c.d)', 'a.b in b64(c.d)'],
    ['an option', 'getopt(proc.args, "ab:")[b] = x', 'getopt(proc.args, ab:)[b] = x'],
    ['several arguments', 'join("-", (a.b, "x", 1)) = y', 'join(-, (a.b, x, 1)) = y'],
    ['exists without a blank', 'a.b existsand c', '(a.b exists and c)'],
    ['a quote before a backslash', `a.b = "x\\"y"`, 'a.b = "x\\"y"'],
    ['UTF-8 as its bytes', 'a.b = é', 'a.b = Ã©'],
  ];
  test.each(cases)('%s', (_name, text, printed) => {
    expect(printCondition(parseCondition(text))).toBe(printed);
  });
});

describe('parseCondition refuses, and says where', () => {
  const cases: readonly (readonly [string, string, RegExp, number])[] = [
    ['nothing', '', /empty/, 0],
    [
      'a quoted name',
      '"a.b" and c',
      /expected a '\(' token, a field check, or an identifier, found ""a\.b""/,
      0,
    ],
    ['an open group', '(a', /expected a '\)' token, found the end of the condition/, 2],
    [
      'words without a join',
      'a b',
      /unexpected token after 'a', expecting 'or', 'and', found "b"/,
      2,
    ],
    ['and after a group operand of or', 'a or(b) and c', /unexpected token/, 8],
    ['an unknown operator', 'a.b like c', /expected a valid check operator: one of 'exists'/, 4],
    ['an operator without a blank', 'a.b containsx', /valid check operator/, 12],
    ['text where a number must be', 'a.b > c', /expected a number value/, 6],
    ['a comma at the end', 'a.b in (c,)', /expected a string value, found "\)"/, 10],
    ['an unknown escape', 'a.b = "\\q"', /unsupported string escape sequence: \\q/, 9],
    ['a foreign quote escaped', `a.b = '\\"'`, /invalid \\" escape/, 9],
    ['a transformer inside val', 'a.b = val(tolower(c.d))', /expected a field within 'val'/, 10],
    ['an unknown transformer', 'lower(a.b) = c', /unexpected token after 'lower'/, 5],
    ['an argument without an end', 'a.b[x = c', /expected a '\]' token/, 5],
  ];
  test.each(cases)('%s', (_name, text, message, offset) => {
    const found = mistake(text);
    expect(found.message).toMatch(message);
    expect(found.offset).toBe(offset);
  });
});

test('parseCondition takes thousands of parentheses, and refuses too many', () => {
  const nested = (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
  expect(printCondition(parseCondition(nested(5000)))).toBe('a');
  expect(mistake(nested(CONDITION_NESTING + 1)).message).toMatch(/at most 20000 groups/);
});

test('parseCondition refuses a tree deeper than a reader can bear', () => {
  const deep = (depth: number) => `${'not(a and '.repeat(depth)}b${')'.repeat(depth)}`;
  expect(printCondition(parseCondition(deep(CONDITION_TREE_DEPTH / 2 - 1)))).toMatch(
    /^not \(a and/,
  );
  expect(mistake(deep(CONDITION_TREE_DEPTH)).message).toMatch(/at most 1000 deep/);
});

test('parseCondition gives each check and field its place', () => {
  const expr = parseCondition('a and  not tolower(b.c) = val(d.e)');
  expect(expr).toMatchObject({
    children: [
      { position: 0 },
      {
        child: {
          position: 11,
          left: { args: [{ position: 19 }] },
          right: { operand: { position: 30 } },
        },
      },
    ],
  });
});

test('parseLeftSide reads a field or transformer alone', () => {
  expect(parseLeftSide(' tolower(a.b) ')).toMatchObject({ kind: 'transform', name: 'tolower' });
  expect(parseLeftSide('a.b[0]')).toMatchObject({ kind: 'field', name: 'a.b', arg: '0' });
  expect(parseLeftSide('a.b = c')).toBeUndefined();
  expect(parseLeftSide('a.b[')).toBeUndefined();
});
