import type { PathClasses, PathFilter, PathTest, Prefilter } from '#engine/rules/prefilter.ts';
import { FILTER_SETS_MAX } from '#model/limits.ts';
import {
  hashBasename,
  hashName,
  hashPart,
  hashPartParent,
  hashPort,
  hashPrefix,
  PART_BYTES,
} from './path-hash.ts';

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

/** After the sets: when the kernel last woke the reader, and until when it need not. */
export const LAST_WAKE = CONTROL.sets + CONTROL.setCount * CONTROL.setSize;
export const READER_RETURNS = LAST_WAKE + 8;
export const CONTROL_SIZE = READER_RETURNS + 8;

const PATH_CLASSES = ['read', 'write', 'failed'] as const satisfies (keyof PathClasses)[];
const MODE = { none: 0, all: 1, tests: 2 } as const;
const NEED = { component: 1, basename: 2 } as const;
/** Above this share of set bits too much would pass: then all does, for less work. */
const FULL_SHARE = 0.25;

/** A filter's bitmap and what of a path it needs, as the kernel program reads it. */
interface FilterSet {
  readonly need: number;
  readonly parts: number;
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
    this.memory.setUint16(start, set.need, true);
    this.memory.setUint16(start + 2, set.parts, true);
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

/**
 * The whole names of a path, and the beginning of the next where a prefix ends within one.
 * Undefined for what is no path from the root, or one that the kernel would never give.
 */
function namesOf(test: PathTest): { names: string[]; part: string } | undefined {
  const names = test.value.split('/');
  if (names.shift() !== '') return undefined;
  const part = test.kind === 'prefix' || names.at(-1) === '' ? (names.pop() ?? '') : '';
  const isOdd = names.some((name) => name === '' || name === '.' || name === '..');
  return isOdd || (names.length === 0 && part === '') ? undefined : { names, part };
}

/** Collects hashes; `letsAllThrough` once a test cannot be put into any. */
class FilterBits implements FilterSet {
  need = 0;
  parts = 0;
  prefixDepth = 0;
  letsAllThrough = false;
  readonly bits = new Uint32Array(CONTROL.bitCount / 32);

  add(test: PathTest): void {
    const isOfPath = test.kind === 'prefix' || test.kind === 'equals';
    if (isOfPath) this.addPath(test);
    else if (test.kind === 'port') this.set(hashPort(Number(test.value)));
    else if (test.value === '' || test.value.includes('/')) this.letsAllThrough = true;
    else {
      this.need |= NEED[test.kind === 'component' ? 'component' : 'basename'];
      this.set(test.kind === 'component' ? hashName(test.value) : hashBasename(test.value));
    }
  }

  private addPath(test: PathTest): void {
    const path = namesOf(test);
    if (path === undefined) {
      this.letsAllThrough = true;
      return;
    }
    const part = path.part.slice(0, PART_BYTES);
    const depth = path.names.length + (part === '' ? 0 : 1);
    this.prefixDepth = Math.max(this.prefixDepth, depth);
    if (part !== '') {
      this.parts |= 1 << (part.length - 1);
      this.set(hashPartParent(path.names));
    }
    this.set(part === '' ? hashPrefix(path.names) : hashPart(path.names, part));
  }

  private set(hash: bigint): void {
    for (const bit of [hash, hash >> 32n]) {
      const index = Number(bit & BigInt(CONTROL.bitCount - 1));
      this.bits[index >> 5] = (this.bits[index >> 5] ?? 0) | (1 << (index & 31));
    }
  }
}

/** Undefined where the tests let everything through. */
function filterSet(tests: readonly PathTest[]): FilterSet | undefined {
  if (tests.length * 2 > CONTROL.bitCount * FULL_SHARE) return undefined;
  const filter = new FilterBits();
  for (const test of tests) filter.add(test);
  return filter.letsAllThrough ? undefined : filter;
}
