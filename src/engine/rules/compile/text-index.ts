import type { TextLookup } from './bind-check.ts';

/**
 * One look-up for all strings that checks of one field compare with: a tree of characters walked
 * once along the value. Where the walk ends tells which constants are the value (equals) or start
 * it (prefix); suffixes use a second tree walked from the end. Each distinct outcome is a number,
 * and each check has a table with its answer for every outcome.
 *
 * Against a hash set this needs no hash of a fresh string and leaves at the first character that no
 * constant has: 6 to 15 ns for a path, whatever the number of constants (test/bench/engine.ts).
 */
export interface TextIndex {
  /** Outcome of the value that lies in `text` from `start` to before `end`. */
  readonly find: (text: string, start: number, end: number) => number;
  /** For each lookup, its answers by outcome. */
  readonly answers: readonly Uint8Array[];
}

/** The outcome of a null value: no check holds, negated ones neither. */
export const NULL_OUTCOME = 0;

interface TreeNode {
  readonly next: Map<number, TreeNode>;
  readonly id: number;
  /** Lookups with a constant that ends here. */
  readonly whole: Set<number>;
  readonly starts: Set<number>;
}

class Outcomes {
  readonly sets: (readonly number[])[] = [[]];
  private readonly byKey = new Map<string, number>();

  of(lookups: ReadonlySet<number>): number {
    const list = [...lookups].sort((a, b) => a - b);
    const key = list.join(' ');
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    this.sets.push(list);
    this.byKey.set(key, this.sets.length - 1);
    return this.sets.length - 1;
  }
}

/** All lookups of one direction: equals and prefix together, or suffix alone. */
export function buildTextIndex(lookups: readonly TextLookup[]): TextIndex {
  const backwards = lookups[0]?.how === 'suffix';
  const nodes = buildTree(lookups, backwards);
  const outcomes = new Outcomes();
  const tables = flatten(nodes, outcomes);
  const answers = lookups.map((lookup, i) => answersOf(lookup, i, outcomes));
  return { find: walk(tables, backwards ? -1 : 1), answers };
}

function buildTree(lookups: readonly TextLookup[], backwards: boolean): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  const grow = (): TreeNode => {
    const node = {
      next: new Map(),
      id: nodes.length,
      whole: new Set<number>(),
      starts: new Set<number>(),
    };
    nodes.push(node);
    return node;
  };
  const root = grow();
  lookups.forEach(({ how, values }, lookup) => {
    for (const value of values) {
      let node = root;
      for (let i = 0; i < value.length; i++) {
        const code = value.charCodeAt(backwards ? value.length - 1 - i : i);
        const below = node.next.get(code) ?? grow();
        node.next.set(code, below);
        node = below;
      }
      (how === 'equals' ? node.whole : node.starts).add(lookup);
    }
  });
  return nodes;
}

/** The tree as arrays: a node's edges are `next[base + code - low]` for `span` codes from `low`. */
interface Tables {
  readonly base: Int32Array;
  readonly low: Int32Array;
  readonly span: Int32Array;
  readonly next: Int32Array;
  /** Outcome where the whole value was walked, and where it goes on beyond the tree. */
  readonly whole: Int32Array;
  readonly part: Int32Array;
}

const NO_EDGE = 0;

function flatten(nodes: readonly TreeNode[], outcomes: Outcomes): Tables {
  const count = nodes.length;
  const tables = {
    base: new Int32Array(count),
    low: new Int32Array(count),
    span: new Int32Array(count),
    whole: new Int32Array(count),
    part: new Int32Array(count),
  };
  const edges: number[] = [];
  const inherited = new Map<number, ReadonlySet<number>>([[0, new Set()]]);
  for (const node of nodes) {
    // A node comes after its parent, so what leads to it is known.
    const starts = new Set([...(inherited.get(node.id) ?? []), ...node.starts]);
    for (const below of node.next.values()) inherited.set(below.id, starts);
    inherited.delete(node.id);
    tables.part[node.id] = outcomes.of(starts);
    tables.whole[node.id] = outcomes.of(new Set([...starts, ...node.whole]));
    const codes = [...node.next.keys()].sort((a, b) => a - b);
    const low = codes[0] ?? 0;
    tables.base[node.id] = edges.length;
    tables.low[node.id] = low;
    tables.span[node.id] = codes.length === 0 ? 0 : (codes.at(-1) ?? low) - low + 1;
    for (let code = low; code < low + (tables.span[node.id] ?? 0); code++) {
      edges.push(node.next.get(code)?.id ?? NO_EDGE);
    }
  }
  return { ...tables, next: Int32Array.from(edges) };
}

function answersOf({ negated }: TextLookup, lookup: number, outcomes: Outcomes): Uint8Array {
  const answers = Uint8Array.from(outcomes.sets, (set) =>
    set.includes(lookup) !== negated ? 1 : 0,
  );
  answers[NULL_OUTCOME] = 0;
  return answers;
}

/** Walks from the first character, or from the last one, of a part of a text. */
function walk(tables: Tables, step: 1 | -1): TextIndex['find'] {
  const { base, low, span, next, whole, part } = tables;
  return (text, start, end) => {
    let node = 0;
    let at = step === 1 ? start : end - 1;
    for (let left = end - start; left > 0; left--) {
      const offset = text.charCodeAt(at) - (low[node] ?? 0);
      if (offset < 0 || offset >= (span[node] ?? 0)) return part[node] ?? 0;
      const below = next[(base[node] ?? 0) + offset] ?? 0;
      if (below === NO_EDGE) return part[node] ?? 0;
      node = below;
      at += step;
    }
    return whole[node] ?? 0;
  };
}
