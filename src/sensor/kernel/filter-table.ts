import { FILTER_SETS_MAX } from '#model/limits.ts';
import { hashBasename, hashName, hashPrefix } from './path-hash.ts';
import type { PathFilter, PathTest, Prefilter } from './prefilter.ts';
import { PATH_CLASSES } from './prefilter.ts';

/** The layout of `struct control` in bpf/event.h; a test compares it with the object's BTF. */
export const CONTROL = {
  eventTypes: 512,
  ruleSize: 20,
  /** In a rule: four modes of one byte, then four set indices. */
  ruleSets: 4,
  sets: 512 * 20,
  setSize: 8 + 4096,
  setCount: 16,
  setBits: 8,
  bitCount: 4096 * 8,
} as const;

const MODE = { none: 0, all: 1, tests: 2 } as const;
const NEED = { component: 1, basename: 2 } as const;
/** Above this share of set bits too much would pass: the class passes whole instead, for less work. */
const FULL_SHARE = 0.25;

/** A filter's bitmap and what of a path it needs, as the kernel program reads it. */
interface FilterSet {
  readonly need: number;
  readonly prefixDepth: number;
  readonly bits: Uint32Array;
}

/**
 * Writes a prefilter into the memory that the kernel programs read, while they run. Sets go to the
 * half of the table not in use; each rule is switched over when its set is complete.
 */
export class FilterTable {
  private readonly memory: DataView;
  private half = 0;

  constructor(memory: DataView) {
    this.memory = memory;
  }

  /** Every wanted type passes whole, unless `prefilter` says less. Others are dropped. */
  write(eventTypes: ReadonlySet<number>, prefilter: Prefilter): void {
    const first = this.half * FILTER_SETS_MAX;
    this.half = 1 - this.half;
    const known = new Map<string, number>();
    for (let type = 0; type < CONTROL.eventTypes; type++) {
      const classes = prefilter[type];
      PATH_CLASSES.forEach((name, index) => {
        const filter = eventTypes.has(type) ? (classes?.[name] ?? 'all') : 'none';
        this.writeClass(type, index, this.setFor(filter, first, known));
      });
    }
  }

  private writeClass(type: number, index: number, choice: Choice): void {
    const rule = type * CONTROL.ruleSize;
    const sets = rule + CONTROL.ruleSets + index * 4;
    if (choice.mode === MODE.tests) this.memory.setUint32(sets, choice.set, true);
    this.memory.setUint8(rule + index, choice.mode);
  }

  private setFor(filter: PathFilter, first: number, known: Map<string, number>): Choice {
    if (filter === 'all' || filter === 'none') return { mode: MODE[filter], set: 0 };
    if (filter.length === 0) return { mode: MODE.none, set: 0 };
    const key = JSON.stringify(filter);
    const index = known.get(key);
    if (index !== undefined) return { mode: MODE.tests, set: index };
    const set = filterSet(filter);
    if (set === undefined || known.size >= FILTER_SETS_MAX) return { mode: MODE.all, set: 0 };
    known.set(key, first + known.size);
    this.writeSet(first + known.size - 1, set);
    return { mode: MODE.tests, set: first + known.size - 1 };
  }

  private writeSet(index: number, set: FilterSet): void {
    const start = CONTROL.sets + index * CONTROL.setSize;
    this.memory.setUint32(start, set.need, true);
    this.memory.setUint32(start + 4, set.prefixDepth, true);
    set.bits.forEach((word, at) => {
      this.memory.setUint32(start + CONTROL.setBits + at * 4, word, true);
    });
  }
}

interface Choice {
  readonly mode: number;
  readonly set: number;
}

/** The names of a path's whole components; a prefix may end inside one, which then does not count. */
function wholeNames(test: PathTest): string[] | undefined {
  const names = test.value.split('/');
  if (names.shift() !== '') return undefined;
  const last = names.at(-1);
  if (test.kind === 'prefix' || last === '') names.pop();
  return names.some((name) => name === '' || name === '.' || name === '..') ? undefined : names;
}

/** Undefined where a test lets everything through. */
export function filterSet(tests: readonly PathTest[]): FilterSet | undefined {
  const bits = new Uint32Array(CONTROL.bitCount / 32);
  const add = (hash: bigint): void => {
    for (const bit of [hash, hash >> 32n]) {
      const index = Number(bit & BigInt(CONTROL.bitCount - 1));
      bits[index >> 5] = (bits[index >> 5] ?? 0) | (1 << (index & 31));
    }
  };
  let need = 0;
  let prefixDepth = 0;
  for (const test of tests) {
    if (test.kind === 'prefix' || test.kind === 'equals') {
      const names = wholeNames(test);
      if (names === undefined || names.length === 0) return undefined;
      prefixDepth = Math.max(prefixDepth, names.length);
      add(hashPrefix(names));
      continue;
    }
    if (test.value === '' || test.value.includes('/')) return undefined;
    need |= NEED[test.kind];
    add(test.kind === 'component' ? hashName(test.value) : hashBasename(test.value));
  }
  return tests.length * 2 > CONTROL.bitCount * FULL_SHARE ? undefined : { need, prefixDepth, bits };
}
