import { parseCondition } from '#engine/rules/language/parse-condition.ts';
import { eventTypesOf } from '#engine/rules/load/event-types.ts';
import { EVENTS } from '#model/event-schema.ts';
import { asRecords, readJson, textOf } from './corpus.ts';
import type { CaseResult, Part } from './part.ts';
import { absent, isChosen } from './part-case.ts';

const FILE = 'unit/event-type-sets.json';

const all = new Set(EVENTS.map((event) => event.id));
const named = (...names: readonly string[]): ReadonlySet<number> =>
  new Set(EVENTS.filter((event) => names.includes(event.name)).map((event) => event.id));

/** The sets that the upstream tests name; the last are those of conditions on any and no event. */
const SETS: ReadonlyMap<string, ReadonlySet<number>> = new Map([
  ['openat_only', named('openat')],
  ['openat_close_only', named('openat', 'close')],
  ['not_openat', all.difference(named('openat'))],
  ['not_openat_close', all.difference(named('openat', 'close'))],
  ['all_events', all],
  ['no_events', new Set<number>()],
  ['onef', all],
  ['neutral1', all],
  ['neutral2', all],
  ['zerof', new Set<number>()],
]);

/** Which event types a condition is evaluated on. */
export const unitEventSets: Part = {
  name: 'unit-event-type-sets',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    const corpus = readJson(folder, FILE);
    if (corpus === undefined) return void (yield absent(FILE));
    for (const entry of asRecords(corpus['cases'])) {
      const name = textOf(entry['filter']);
      if (!isChosen(name, only)) continue;
      const target = textOf(entry['equals_set'] ?? entry['equals_filter']);
      const expected =
        'equals_set' in entry ? SETS.get(target) : eventTypesOf(parseCondition(target));
      if (expected === undefined) {
        yield { name, failures: [], skipped: `what "${target}" stands for is not known` };
        continue;
      }
      const found = eventTypesOf(parseCondition(name));
      const isSame = found.size === expected.size && found.isSubsetOf(expected);
      const failure = `expected ${target}: ${show(expected)}, found ${show(found)}`;
      yield { name, failures: isSame ? [] : [failure] };
    }
  },
};

function show(ids: ReadonlySet<number>): string {
  return ids.size > 20 ? `${ids.size} types` : `[${[...ids].sort((a, b) => a - b).join(', ')}]`;
}
