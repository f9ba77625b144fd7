import type { Evaluation } from '#model/evaluation.ts';
import { EVENTS } from '#model/event-schema.ts';
import type { Json } from './corpus.ts';
import { asRecord } from './corpus.ts';
import { FieldJson } from './field-json.ts';
import { parseExact } from './json-numbers.ts';
import type { CaseResult, Part } from './part.ts';
import { isChosen } from './part-case.ts';
import { linesOf, oracleName, playTrace, tracesOf } from './traces.ts';

const FOLDER = 'oracle/all-events';
/** The oracle's rule left these out. */
const NOT_ASKED = new Set(['procinfo_e', 'schedswitch_6_e']);

/** Every field of every event that Falco evaluated: the same events, the same values. */
export const oracleAllEvents: Part = {
  name: 'oracle-all-events',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    for (const trace of tracesOf(folder)) {
      const name = oracleName(trace);
      if (!isChosen(name, only)) continue;
      const lines = linesOf(folder, `${FOLDER}/${name}.jsonl.gz`);
      if (lines === undefined) {
        const skipped = `the folder has no ${FOLDER} of it`;
        yield { name, failures: [], skipped };
        continue;
      }
      yield await compareTrace(folder, trace, lines);
    }
  },
};

async function compareTrace(
  folder: string,
  trace: string,
  lines: readonly string[],
): Promise<CaseResult> {
  const expected = new Map<number, Json>();
  for (const line of lines) {
    const fields = asRecord(asRecord(parseExact(line))['output_fields']);
    expected.set(Number(fields['evt.num']), fields);
  }
  const comparison = new Comparison();
  const warnings = await playTrace(folder, trace, (ctx) => {
    if (NOT_ASKED.has(EVENTS[ctx.evt.type]?.constant ?? '')) return;
    const fields = expected.get(ctx.evtNum);
    expected.delete(ctx.evtNum);
    comparison.compare(ctx, fields);
  });
  for (const number of expected.keys()) comparison.missing(number);
  for (const warning of warnings) comparison.fail('warning', warning);
  return comparison.result(oracleName(trace));
}

/** Counts differences by field and event type, each with its first example. */
class Comparison {
  private checks = 0;
  private readonly found = new Map<string, { count: number; readonly example: string }>();
  private readonly fields = new FieldJson();

  compare(ctx: Evaluation, expected: Json | undefined): void {
    const type = EVENTS[ctx.evt.type]?.constant ?? '';
    if (expected === undefined) {
      this.checks++;
      this.fail(`evaluated ${type}`, `evt ${ctx.evtNum}: expected no such event, found one`);
      return;
    }
    for (const [name, value] of Object.entries(expected)) {
      this.checks++;
      const got = this.fields.read(ctx, name);
      if (got === value || isFalcosMistake(name, type, { value, got })) continue;
      const [left, right] = [show(value), show(got)];
      this.fail(`${name} of ${type}`, `evt ${ctx.evtNum}: expected ${left}, found ${right}`);
    }
  }

  missing(number: number): void {
    this.checks++;
    this.fail('events', `evt ${number}: expected an event, found none`);
  }

  fail(key: string, example: string): void {
    const known = this.found.get(key);
    if (known === undefined) this.found.set(key, { count: 1, example });
    else known.count++;
  }

  result(name: string): CaseResult {
    const failures = [...this.found].toSorted(([, a], [, b]) => b.count - a.count);
    return {
      name,
      checks: Math.max(this.checks, 1),
      failed: failures.reduce((sum, [, { count }]) => sum + count, 0),
      failures: failures.map(([key, { count, example }]) => `${count} × ${key}: ${example}`),
    };
  }
}

/** Where Falco is wrong (docs/FALCO-COMPAT.md). */
function isFalcosMistake(
  name: string,
  type: string,
  { value, got }: { readonly value: unknown; readonly got: unknown },
): boolean {
  if (typeof value !== 'string') return false;
  // The JSON of a container, whose length has 32 bits, is printed with bytes from behind its end.
  if (name === 'evt.args' && type === 'container_json_2_e')
    return value.replace(/\ufffd+$/, '') === String(got).trimEnd();
  // The slashes that a path begins with stay: `//etc/shadow` is another file than `/etc/shadow`.
  if (name === 'fd.name' || name === 'fd.directory')
    return value.startsWith('//') && value.slice(1) === got;
  // A name of no directory is of one named `<UNKNOWN>`.
  return name === 'fs.path.target' && value === `<UNKNOWN>${String(got)}`;
}

const SHOWN_CHARS = 400;

function show(value: unknown): string {
  const text = typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}
