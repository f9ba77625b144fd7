import { expect, test } from 'vitest';
import { Fixture } from '#engine/fields/event-fixture.ts';
import type { FieldType, FieldValue } from '#engine/fields/field.ts';
import { isListValue } from '#engine/fields/field.ts';
import type { ResolvedField } from '#engine/fields/resolve-field.ts';
import { resolveField } from '#engine/fields/resolve-field.ts';
import { FIELDS } from '#engine/fields/table.ts';
import { fuzzEngineOnce } from './engine.ts';
import { openEvent, otherEvent, PROCESSES, USERS } from './engine-event.ts';
import { Random } from './random.ts';

const INPUTS = 600;

test('generated code says what the interpreter says, and the prefilter drops nothing that matches', () => {
  let matches = 0;
  for (let seed = 1; seed <= INPUTS; seed++) matches += fuzzEngineOnce(seed);
  expect(matches).toBeGreaterThan(3 * INPUTS);
}, 60_000);

const SCALARS: Readonly<Record<FieldType, string>> = {
  string: 'string',
  buffer: 'string',
  ip: 'string',
  net: 'string',
  number: 'number',
  bigint: 'bigint',
  bool: 'boolean',
};

/** Generated code trusts the table: a value of another type or shape would end it. */
function problemOf({ def, arg, text, type }: ResolvedField, value: FieldValue): string | undefined {
  const isMany = def.several === 'ends' || (def.several === 'chain' && arg === '');
  const isList = isListValue(value);
  if (isList !== isMany && isList !== (def.isList ?? false)) return `${text}: list ${isList}`;
  const one = isList ? value[0] : value;
  const isRight = one === undefined || typeof one === SCALARS[type];
  return isRight ? undefined : `${text}: expected ${type}, found ${typeof one}`;
}

const fields = FIELDS.flatMap(({ name }) =>
  [undefined, '0', '1', 'HOME', 'name', 'res', 'flags', 'cpu'].flatMap((arg) => {
    const result = resolveField(name, arg);
    return result.ok ? [result.field] : [];
  }),
);

test('a field of the process is the same on all its events', () => {
  const fixture = new Fixture(PROCESSES, USERS);
  const ofProcess = fields.filter(({ def }) => def.scope === 'process');
  const known = new Map<string, unknown>();
  const changed = new Set<string>();
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed);
    const make = random.below(2) === 0 ? openEvent : otherEvent;
    const tid = random.below(6);
    const { event, fd } = make(random, tid);
    const ctx = fixture.show({ ...event, timeNs: BigInt(seed) * 1_000_000_007n }, fd);
    for (const { text, read } of ofProcess) {
      const [key, value] = [`${tid} ${text}`, String(read(ctx))];
      if (known.has(key) && known.get(key) !== value) changed.add(text);
      known.set(key, value);
    }
  }
  expect([...changed]).toEqual([]);
  expect(ofProcess.length).toBeGreaterThan(100);
});

test('every field yields what the table says of it', () => {
  const fixture = new Fixture(PROCESSES, USERS);
  const problems = new Set<string>();
  let values = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed);
    const make = random.below(2) === 0 ? openEvent : otherEvent;
    const { event, fd } = make(random, random.below(6));
    const ctx = fixture.show(event, fd);
    for (const field of fields) {
      const value = field.read(ctx);
      if (value === undefined) continue;
      values++;
      const problem = problemOf(field, value);
      if (problem !== undefined) problems.add(problem);
    }
  }
  expect([...problems]).toEqual([]);
  expect(values).toBeGreaterThan(60 * 100);
});
