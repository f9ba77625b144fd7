/**
 * Differential fuzz of the rule engine: conditions and events made at random; generated code must
 * say what the plain interpreter says, for every rule of a set, first and all; the prefilter must
 * pass every open that a rule matches. Each input is made from its own seed.
 */
import assert from 'node:assert/strict';
import type { FixtureEvent } from '#engine/fields/event-fixture.ts';
import { Fixture } from '#engine/fields/event-fixture.ts';
import { CheckBinder } from '#engine/rules/compile/bind-expr.ts';
import { CompiledRules } from '#engine/rules/compile/compile-rules.ts';
import { interpret } from '#engine/rules/compile/interpret.ts';
import { componentsOf } from '#engine/rules/compile/path-prefix.ts';
import type { PathFilter, PathTest } from '#engine/rules/prefilter.ts';
import { prefilterOf } from '#engine/rules/prefilter.ts';
import { Conditions, ROOT_DEPTH } from './engine-condition.ts';
import { openEvent, otherEvent, PROCESSES, USERS } from './engine-event.ts';
import { WORDS } from './engine-words.ts';
import { Random } from './random.ts';

/** One rule set against some events; gives how many matches there were. */
export function fuzzEngineOnce(seed: number): number {
  const random = new Random(seed);
  const made = new Conditions(random);
  const binder = new CheckBinder();
  const conditions = Array.from({ length: 1 + random.below(6) }, () =>
    binder.bind(made.next(ROOT_DEPTH)),
  );
  const compiled = new CompiledRules(conditions);
  const prefilters = conditions.map((condition) => prefilterOf([condition]));
  const fixture = new Fixture(PROCESSES, USERS);
  let matches = 0;
  for (let i = 0; i < 12; i++) {
    const tid = random.below(6);
    const { event, fd } = random.below(2) === 0 ? openEvent(random, tid) : otherEvent(random, tid);
    const ctx = fixture.show(event, fd);
    const expected = conditions.flatMap((condition, index) =>
      interpret(condition, ctx) ? [index] : [],
    );
    const found: number[] = [];
    compiled.matchAll(ctx, found);
    const where = `seed ${seed}, event ${i} ${event.type}`;
    assert.deepEqual(found, expected, where);
    assert.equal(compiled.matchFirst(ctx), expected[0] ?? -1, where);
    if (expected.length > 0) {
      assert.ok(compiled.eventTypes.has(ctx.evt.type), `${where}: not among the event types`);
      for (const index of expected) {
        const classes = prefilters[index]?.[ctx.evt.type];
        if (classes !== undefined) assert.ok(passes(classes, event), `${where}: dropped`);
      }
    }
    matches += expected.length;
    if (random.below(3) === 0 && ctx.thread !== undefined) {
      ctx.thread.comm = random.pick(WORDS);
      for (const { pid } of PROCESSES) {
        const thread = fixture.table.thread(pid);
        if (thread !== undefined) thread.generation += 1;
      }
    }
  }
  return matches;
}

/** What the kernel would do with an open: prefilter.ts says which class it has. */
function passes(
  classes: { read: PathFilter; write: PathFilter; failed: PathFilter },
  { type, params = {} }: FixtureEvent,
): boolean {
  const path = String(params['name'] ?? '');
  if (Number(params['fd']) < 0) return classes.failed !== 'none';
  const flags = Number(params['flags'] ?? 2);
  const writes = type === 'syscall_creat_x' || (flags & 2) !== 0;
  const reads = !writes || (flags & 1) !== 0;
  return (reads && lets(classes.read, path)) || (writes && lets(classes.write, path));
}

function lets(filter: PathFilter, path: string): boolean {
  if (typeof filter === 'string') return filter === 'all';
  // What is no absolute path never comes from a kernel's own walk.
  if (!path.startsWith('/') || path.includes('//')) return true;
  return filter.some((test) => holds(test, path));
}

function holds({ kind, value }: PathTest, path: string): boolean {
  const names = componentsOf(path);
  switch (kind) {
    case 'prefix':
      return path.startsWith(value);
    case 'equals':
      return path === value;
    case 'component':
      return names.includes(value);
    case 'basename':
      return names.at(-1) === value;
    case 'port':
      throw new Error('a path has no port');
  }
}
