/**
 * Fuzzes the output formatter: templates of fields, widths, arguments, transformers and noise, then
 * what they make of events at random. Compiling says what is wrong and where, or gives an output
 * that never throws, names its fields, and is no longer than what it shows. Each input is made from
 * its own seed.
 */
import assert from 'node:assert/strict';
import { Fixture } from '#engine/fields/event-fixture.ts';
import { FIELDS } from '#engine/fields/table.ts';
import { compileOutput } from '#engine/rules/output/compile-output.ts';
import { OUTPUT_WIDTH_MAX } from '#model/limits.ts';
import { openEvent, otherEvent, PROCESSES, USERS } from './engine-event.ts';
import { WORDS } from './engine-words.ts';
import { Random } from './random.ts';

const NAMES = FIELDS.map(({ name }) => name);
const ARGS = ['0', '1', '9', '-1', '99999999999', 'name', 'HOME', 'a.b', '/x', '', '%', ']', '"q"'];
const TRANSFORMS = ['toupper', 'tolower', 'b64', 'basename', 'len', 'join', 'concat', 'val', 'no'];
const NOISE = [
  '%',
  '%%',
  '[',
  ']',
  '(',
  ')',
  ',',
  ' ',
  '.',
  '\0',
  '\n',
  '\ud800',
  'é',
  '漢',
  '*',
  '{',
];
const WIDTHS = ['', '', '', '0', '1', '20', '007', '4096', '65537', '99999999999999999999'];

/** One template against some events; whether it was one. */
export function fuzzOutputOnce(seed: number): boolean {
  const random = new Random(seed);
  const template = Array.from({ length: random.below(8) }, () => piece(random)).join('');
  const result = compileOutput(template);
  if (!result.ok) {
    assert.notEqual(result.error, '');
    assert.ok(result.offset >= 0 && result.offset <= template.length, `${result.offset}`);
    return false;
  }
  const { output } = result;
  for (let i = 0; i < 2; i++) {
    const tid = random.below(6);
    const { event, fd } = random.below(2) === 0 ? openEvent(random, tid) : otherEvent(random, tid);
    const ctx = fixture.show(event, fd);
    const text = output.render(ctx);
    const widest = output.fieldNames.length * OUTPUT_WIDTH_MAX * 8;
    assert.ok(text.length <= template.length * 4 + widest + LONGEST_EVENT, `${text.length}`);
    assert.deepEqual(Object.keys(output.fields(ctx)), [...output.fieldNames]);
  }
  return true;
}

const fixture = new Fixture(PROCESSES, USERS);
/** More than all values of one of those events. */
const LONGEST_EVENT = 100_000;

function piece(random: Random): string {
  switch (random.below(5)) {
    case 0:
      return random.pick(NOISE);
    case 1:
      return random.pick(WORDS);
    case 2:
      return `%${random.pick(WIDTHS)}${transform(random, 0)}`;
    default:
      return `%${random.pick(WIDTHS)}${field(random)}`;
  }
}

function field(random: Random): string {
  const name = random.pick(NAMES);
  const cut = random.below(20) === 0 ? name.slice(0, random.below(name.length)) : name;
  return random.below(3) === 0 ? `${cut}[${random.pick(ARGS)}]` : cut;
}

function transform(random: Random, depth: number): string {
  const inner = depth < 3 && random.below(3) === 0 ? transform(random, depth + 1) : field(random);
  const rest = random.below(4) === 0 ? `, ${random.pick(WORDS)}` : '';
  return `${random.pick(TRANSFORMS)}(${inner}${rest}${random.below(20) === 0 ? '' : ')'}`;
}
