import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Expr } from '#engine/rules/ast.ts';
import { compileRules } from '#engine/rules/compile/compile-rules.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import type { Rule } from '#engine/rules/rule.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { EVENTS } from '#model/event-schema.ts';
import type { Json } from './corpus.ts';
import { asList, asRecord, asRecords, readJson, textOf } from './corpus.ts';
import { listedFields } from './listed-fields.ts';
import type { CaseResult, Part } from './part.ts';
import { absent, difference, isChosen } from './part-case.ts';
import { playTrace } from './traces.ts';

const FILE = 'oracle/probes.json';

/** One-rule probes: how many events of each capture match, and which. */
export const oracleProbes: Part = {
  name: 'oracle-probes',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    const corpus = readJson(folder, FILE);
    if (corpus === undefined) return void (yield absent(FILE));
    const probes = asRecords(corpus['probes']).filter(
      (probe) => probe['loads'] === true && isChosen(textOf(probe['condition']), only),
    );
    const rules = loadProbes(probes, folder, textOf(corpus['base']));
    const traces = Object.entries(asRecord(corpus['traces'])).map(
      ([name, path]) => [name, textOf(path)] as const,
    );
    const there = traces.filter(([, path]) => existsSync(join(folder, path)));
    for (const [, path] of traces) if (!existsSync(join(folder, path))) yield absent(path);
    const found = await playAll(folder, there, rules);
    for (const [i, probe] of probes.entries()) {
      const name = textOf(probe['condition']).slice(0, 200);
      if (rules[i] === undefined) {
        yield { name, failures: ['expected it to load, found errors'] };
        continue;
      }
      if (found.size > 0) yield { name, ...compareProbe(probe, i, found) };
    }
  },
};

/** Each probe as a rule of a set of its own would be; undefined where it does not load. */
function loadProbes(
  probes: readonly Json[],
  folder: string,
  base: string,
): readonly (Rule | undefined)[] {
  const fields = listedFields(folder);
  return probes.map((probe, i) => {
    const condition = base.replace('<condition>', () => textOf(probe['condition']));
    const rule = {
      rule: `probe ${i}`,
      desc: 'probe',
      condition,
      output: 'probe',
      priority: 'INFO',
    };
    const text = `- ${JSON.stringify({ ...rule, warn_evttypes: false })}\n`;
    return loadRules([{ name: 'probe.yaml', text }], { fields }).rules[0];
  });
}

interface Played {
  /** Numbers of the events that match, by probe. */
  readonly numbers: readonly (readonly number[])[];
  readonly mistakes: Mistakes;
}

/** By capture. */
type Found = ReadonlyMap<string, Played>;

async function playAll(
  folder: string,
  traces: readonly (readonly [string, string])[],
  rules: readonly (Rule | undefined)[],
): Promise<Found> {
  const found = new Map<string, Played>();
  const never: Expr = { kind: 'or', children: [] };
  const loaded = rules.filter((rule) => rule !== undefined);
  // A probe that does not load keeps its place, so that indices stay those of the probes.
  const set = rules.map((rule) => rule ?? { ...loaded[0], condition: never });
  for (const [name, path] of traces) {
    const numbers: number[][] = rules.map(() => []);
    const compiled = compileRules(set.filter(isRule));
    const matches: number[] = [];
    const mistakes = new Mistakes();
    await playTrace(folder, path, (ctx) => {
      mistakes.note(ctx);
      matches.length = 0;
      compiled.matchAll(ctx, matches);
      for (const index of matches) numbers[index]?.push(ctx.evtNum);
    });
    found.set(name, { numbers, mistakes });
  }
  return found;
}

function isRule(value: Partial<Rule>): value is Rule {
  return value.name !== undefined;
}

function compareProbe(probe: Json, index: number, found: Found): Omit<CaseResult, 'name'> {
  const failures: string[] = [];
  const nums = asRecord(probe['evt_nums']);
  for (const [trace, count] of Object.entries(asRecord(probe['counts']))) {
    const played = found.get(trace);
    const every = played?.numbers[index];
    if (played === undefined || every === undefined) continue;
    const mistakes = played.mistakes.of(textOf(probe['condition']));
    const isRight = (number: unknown) => !mistakes.has(Number(number));
    const numbers = every.filter(isRight);
    const expected = nums[trace];
    if (Array.isArray(expected))
      failures.push(...eventDifference(trace, asList(expected).filter(isRight), numbers));
    else if (count !== every.length)
      failures.push(...difference(`${trace} matches`, count, numbers.length));
  }
  return { failures };
}

/**
 * Events on which Falco is wrong (docs/FALCO-COMPAT.md): it has `//lib/charset.alias` as a file's
 * name, and counts the time since the event before from the one that a rule was asked about first.
 */
class Mistakes {
  private readonly doubledSlashes = new Set<number>();
  private readonly first = new Set<number>();

  note({ evt, evtNum, fd }: Evaluation): void {
    const isAsked = !NOT_ASKED.has(EVENTS[evt.type]?.name ?? '');
    if (this.first.size === 0 && isAsked) this.first.add(evtNum);
    if (fd?.nameRaw.startsWith('//') === true) this.doubledSlashes.add(evtNum);
  }

  of(condition: string): ReadonlySet<number> {
    if (condition.includes('evt.deltatime')) return this.first;
    return condition.includes('fd.name') ? this.doubledSlashes : NONE;
  }
}

const NONE: ReadonlySet<number> = new Set();
/** What every probe leaves out before its own condition. */
const NOT_ASKED: ReadonlySet<string> = new Set(['procinfo', 'switch']);

const SHOWN_EVENTS = 10;

function eventDifference(
  trace: string,
  expected: readonly unknown[],
  found: readonly number[],
): readonly string[] {
  const [left, right] = [new Set(expected.map(Number)), new Set(found)];
  const missing = [...left.difference(right)];
  const extra = [...right.difference(left)];
  const list = (numbers: readonly number[]) => numbers.slice(0, SHOWN_EVENTS).join(' ');
  return [
    ...(missing.length > 0
      ? [`${trace}: expected evt ${list(missing)} too (${missing.length})`]
      : []),
    ...(extra.length > 0 ? [`${trace}: expected no evt ${list(extra)} (${extra.length})`] : []),
  ];
}
