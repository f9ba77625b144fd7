import { REGEX_PROGRAM_MAX, REGEX_STATES_MAX } from '#model/limits.ts';
import type { RegexNode } from './regex-parse.ts';

/**
 * A regular expression as an automaton over ASCII: a program of steps, and states (sets of steps)
 * that are worked out when a text first leads to them and kept in a table. A character then costs
 * one look-up, 2 ns, whatever the pattern; RE2 in JavaScript takes 11. The table is bounded: when
 * it is full it is emptied, so that a text costs at most its length times the program's.
 */
export type AsciiMatch = (text: string) => boolean | undefined;

/**
 * undefined where the program would be too long. The match gives undefined on the first byte beyond
 * ASCII.
 */
export function buildAutomaton(node: RegexNode): AsciiMatch | undefined {
  const program = new Program();
  const start = program.add(node, program.match);
  if (program.isTooLong) return undefined;
  const automaton = new Automaton(program, start);
  return (text) => automaton.matches(text);
}

interface Step {
  /** Characters that lead on; undefined: both ways are open without one. */
  readonly has: Uint8Array | undefined;
  next: number;
  other: number;
}

class Program {
  readonly steps: Step[] = [{ has: undefined, next: -1, other: -1 }];
  /** The step that is the end. */
  readonly match = 0;

  get isTooLong(): boolean {
    return this.steps.length > REGEX_PROGRAM_MAX;
  }

  /** Adds what matches `node` and then goes on at `next`; gives where it starts. */
  add(node: RegexNode, next: number): number {
    if (this.isTooLong) return next;
    switch (node.kind) {
      case 'set':
        return this.push({ has: node.has, next, other: -1 });
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.add(part, after), next);
      case 'choice':
        return node.parts
          .map((part) => this.add(part, next))
          .reduceRight((other, start) => this.push({ has: undefined, next: start, other }));
      case 'repeat':
        return this.addRepeat(node, next);
    }
  }

  private addRepeat(node: Extract<RegexNode, { kind: 'repeat' }>, next: number): number {
    const { part, least, most } = node;
    let start = next;
    if (most === Number.POSITIVE_INFINITY) {
      start = this.push({ has: undefined, next: -1, other: next });
      const loop = this.steps[start];
      if (loop !== undefined) loop.next = this.add(part, start);
    } else {
      for (let i = least; i < most && !this.isTooLong; i++) {
        start = this.push({ has: undefined, next: this.add(part, start), other: next });
      }
    }
    for (let i = 0; i < least && !this.isTooLong; i++) start = this.add(part, start);
    return start;
  }

  private push(step: Step): number {
    this.steps.push(step);
    return this.steps.length - 1;
  }
}

const ASCII = 128;
const UNKNOWN = 0;
/** The state from which nothing can match. */
const DEAD = 1;

class Automaton {
  private readonly program: Program;
  private readonly start: number;
  /** Characters that the program never tells apart have one number. */
  private readonly classOf = new Uint8Array(ASCII);
  private readonly sample: number[] = [];
  /** Of each state a row with one cell a class: where in the table the next state's row is. */
  private table = new Int32Array(0);
  private states: (readonly number[])[] = [];
  private accepts: boolean[] = [];
  private byKey = new Map<string, number>();
  private first = DEAD;

  constructor(program: Program, start: number) {
    this.program = program;
    this.start = start;
    this.classify();
    this.clear();
  }

  matches(text: string): boolean | undefined {
    const { classOf } = this;
    const width = this.sample.length;
    const dead = DEAD * width;
    let table = this.table;
    let row = this.first * width;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= ASCII) return undefined;
      let next = table[row + (classOf[code] ?? 0)] ?? UNKNOWN;
      if (next <= dead) {
        if (next === UNKNOWN) next = this.follow(row / width, classOf[code] ?? 0);
        if (next === dead) return false;
        table = this.table;
      }
      row = next;
    }
    return this.accepts[row / width] ?? false;
  }

  private classify(): void {
    const byKey = new Map<string, number>();
    const sets = this.program.steps.flatMap(({ has }) => (has === undefined ? [] : [has]));
    const distinct = [...new Map(sets.map((has) => [has.join(''), has])).values()];
    for (let code = 0; code < ASCII; code++) {
      const key = distinct.map((has) => has[code]).join('');
      const known = byKey.get(key) ?? byKey.size;
      byKey.set(key, known);
      this.classOf[code] = known;
      this.sample[known] ??= code;
    }
  }

  private clear(): void {
    this.states = [[], []];
    this.accepts = [false, false];
    this.byKey = new Map([['', DEAD]]);
    this.table = new Int32Array(64 * this.sample.length);
    this.first = this.stateOf([this.start]);
  }

  /** Works out the row of the state to which a class of characters leads. */
  private follow(state: number, charClass: number): number {
    const code = this.sample[charClass] ?? 0;
    const reached = (this.states[state] ?? []).flatMap((index) => {
      const step = this.program.steps[index];
      return step?.has?.[code] === 1 ? [step.next] : [];
    });
    const width = this.sample.length;
    if (this.states.length < REGEX_STATES_MAX) {
      const next = this.stateOf(reached) * width;
      this.table[state * width + charClass] = next;
      return next;
    }
    this.clear();
    return this.stateOf(reached) * width;
  }

  /** The state of some steps and of all that are open from them. */
  private stateOf(steps: readonly number[]): number {
    const open = new Set<number>();
    const waiting = [...steps];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      const step = this.program.steps[index];
      if (open.has(index) || step === undefined) continue;
      open.add(index);
      if (step.has === undefined && index !== this.program.match)
        waiting.push(step.next, step.other);
    }
    const kept = [...open].filter(
      (index) => index === this.program.match || this.program.steps[index]?.has !== undefined,
    );
    return this.intern(kept.sort((a, b) => a - b));
  }

  private intern(steps: readonly number[]): number {
    const key = steps.join(' ');
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const state = this.states.length;
    this.states.push(steps);
    this.accepts.push(steps.includes(this.program.match));
    this.byKey.set(key, state);
    const width = this.sample.length;
    if ((state + 1) * width > this.table.length) {
      const grown = new Int32Array(this.table.length * 2);
      grown.set(this.table);
      this.table = grown;
    }
    return state;
  }
}
