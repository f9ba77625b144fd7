import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Expr } from '#engine/rules/ast.ts';
import { compileRules } from '#engine/rules/compile/compile-rules.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import type { Rule } from '#engine/rules/rule.ts';
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

/** Numbers of the events that match: by capture, then by probe. */
type Found = ReadonlyMap<string, readonly (readonly number[])[]>;

async function playAll(
  folder: string,
  traces: readonly (readonly [string, string])[],
  rules: readonly (Rule | undefined)[],
): Promise<Found> {
  const found = new Map<string, number[][]>();
  const never: Expr = { kind: 'or', children: [] };
  const loaded = rules.filter((rule) => rule !== undefined);
  // A probe that does not load keeps its place, so that indices stay those of the probes.
  const set = rules.map((rule) => rule ?? { ...loaded[0], condition: never });
  for (const [name, path] of traces) {
    const numbers: number[][] = rules.map(() => []);
    const compiled = compileRules(set.filter(isRule));
    const matches: number[] = [];
    await playTrace(folder, path, (ctx) => {
      matches.length = 0;
      compiled.matchAll(ctx, matches);
      for (const index of matches) numbers[index]?.push(ctx.evtNum);
    });
    found.set(name, numbers);
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
    const every = found.get(trace)?.[index];
    if (every === undefined) continue;
    const mistakes = mistakesIn(trace, textOf(probe['condition']));
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
 * Where Falco is wrong (docs/CAPTURES.md): it has `//lib/charset.alias` as a file's name, and
 * counts the time since the event before from the one that the rule was first asked about.
 */
const FALCOS_MISTAKES: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  'fd.name': { setns: [4724, 4959] },
  'evt.deltatime': { cat_write: [131], curl_google: [211], setns: [1023] },
};

function mistakesIn(trace: string, condition: string): ReadonlySet<number> {
  const asked = Object.entries(FALCOS_MISTAKES).filter(([field]) => condition.includes(field));
  return new Set(asked.flatMap(([, numbers]) => numbers[trace] ?? []));
}

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
