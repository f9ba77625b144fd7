import { expect, test } from 'vitest';
import type { PathFilter, PathTest } from '#engine/rules/prefilter.ts';
import { CONTROL, CONTROL_SIZE, FilterTable } from './filter-table.ts';

const TYPE = 307;
const OTHER = 3;
const NONE = 0;
const ALL = 1;
const TESTS = 2;

interface Rule {
  readonly mode: number;
  readonly set: number;
}

/** What the table says of reading files of a type. */
function ruleOf(memory: DataView, type: number): Rule {
  const at = type * CONTROL.ruleSize;
  return { mode: memory.getUint8(at), set: memory.getUint32(at + CONTROL.ruleSets, true) };
}

function write(table: FilterTable, read: PathFilter, types = [TYPE]): void {
  const classes = { read, write: 'none', failed: 'none' } as const;
  table.write(new Set(types), Object.fromEntries(types.map((type) => [type, classes])));
}

function modeOf(read: PathFilter): number {
  const memory = new DataView(new ArrayBuffer(CONTROL_SIZE));
  write(new FilterTable(memory), read);
  return ruleOf(memory, TYPE).mode;
}

const cases: { name: string; filter: PathFilter; mode: number }[] = [
  { name: 'nothing', filter: 'none', mode: NONE },
  { name: 'no tests at all', filter: [], mode: NONE },
  { name: 'everything', filter: 'all', mode: ALL },
  { name: 'a path', filter: [{ kind: 'equals', value: '/etc/shadow' }], mode: TESTS },
  { name: 'a prefix within a name', filter: [{ kind: 'prefix', value: '/dev/sd' }], mode: TESTS },
  { name: 'the root as a prefix', filter: [{ kind: 'prefix', value: '/' }], mode: ALL },
  { name: 'the root', filter: [{ kind: 'equals', value: '/' }], mode: ALL },
  { name: 'a relative path', filter: [{ kind: 'equals', value: 'etc/shadow' }], mode: ALL },
  { name: 'a path with dots', filter: [{ kind: 'prefix', value: '/etc/../tmp/' }], mode: ALL },
  { name: 'a path with two slashes', filter: [{ kind: 'prefix', value: '/etc//ssh/' }], mode: ALL },
  { name: 'a name with a slash', filter: [{ kind: 'basename', value: 'a/b' }], mode: ALL },
  { name: 'an empty name', filter: [{ kind: 'component', value: '' }], mode: ALL },
  {
    name: 'more than a bitmap holds',
    filter: Array.from(
      { length: 5000 },
      (_, i): PathTest => ({ kind: 'basename', value: `f${i}` }),
    ),
    mode: ALL,
  },
];

test.each(cases)('of $name the kernel is told mode $mode', ({ filter, mode }) => {
  expect(modeOf(filter)).toBe(mode);
});

test('types nobody wants are dropped, wanted ones without a filter pass', () => {
  const memory = new DataView(new ArrayBuffer(CONTROL_SIZE));
  new FilterTable(memory).write(new Set([TYPE]), {});
  expect(ruleOf(memory, TYPE).mode).toBe(ALL);
  expect(ruleOf(memory, OTHER).mode).toBe(NONE);
});

test('types with the same tests share a set, and a new set goes where no rule looks', () => {
  const memory = new DataView(new ArrayBuffer(CONTROL_SIZE));
  const table = new FilterTable(memory);
  write(table, [{ kind: 'basename', value: 'a' }], [TYPE, OTHER]);
  const first = ruleOf(memory, TYPE);
  expect(ruleOf(memory, OTHER).set).toBe(first.set);
  write(table, [{ kind: 'basename', value: 'b' }], [TYPE]);
  expect(ruleOf(memory, TYPE).set).not.toBe(first.set);
  expect(ruleOf(memory, OTHER).mode).toBe(NONE);
});
