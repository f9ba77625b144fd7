import { describe, expect, test } from 'vitest';
import { Fixture } from '#engine/fields/event-fixture.ts';
import { eventId } from '#model/event-schema.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { CompileError } from './compile-error.ts';
import { compileRules } from './compile-rules.ts';
import { rule } from './condition-fixture.ts';

const OPENAT = eventId('syscall_openat_2_x');
const PLUGIN_EVENT = eventId('pluginevent_e');
const EXECVE = eventId('syscall_execve_19_x');

function machine() {
  return new Fixture([
    { pid: 1, comm: 'systemd' },
    { pid: 2, parent: 1, comm: 'bash', uid: 7 },
  ]);
}

function open(fixture: Fixture, name: string, tid = 2) {
  const fd: Partial<FdInfo> = { fd: 3, type: FD_TYPES.fileV2, name, nameRaw: name };
  const params = { fd: 3, name, flags: 1, mode: 0 };
  return fixture.show({ type: 'syscall_openat_2_x', tid, params }, fd);
}

test('rules share a list of networks only where its first is the same', () => {
  const compiled = compileRules([
    rule('first', 'evt.type = connect and fd.net in (127.0.0.0/8, 8.8.8.8)'),
    rule('second', 'evt.type = connect and fd.net in (8.8.8.8, 127.0.0.0/8)'),
  ]);
  const ctx = machine().show(
    { type: 'socket_connect_x', tid: 2 },
    {
      fd: 3,
      type: FD_TYPES.ipv4,
      sourceIp: '\x7f\0\0\x01',
      destinationIp: '\x7f\0\0\x01',
      sourcePort: 4,
      destinationPort: 5,
    },
  );
  const out: number[] = [];
  compiled.matchAll(ctx, out);
  expect(out).toEqual([0]);
});

describe('which rules match', () => {
  const compiled = compileRules([
    rule('passwd', 'evt.type = openat and fd.name = /etc/passwd'),
    rule('exec', 'evt.type = execve'),
    rule('etc', 'fd.name startswith /etc/'),
    rule('off', 'fd.name startswith /etc/', { enabled: false }),
    rule('audit', 'fd.name startswith /etc/', { source: 'k8s_audit' }),
  ]);

  test('all of them in their order, or the first', () => {
    const out: number[] = [99];
    const ctx = open(machine(), '/etc/passwd');
    expect(compiled.matchAll(ctx, out)).toBe(2);
    expect(out).toEqual([99, 0, 2]);
    expect(compiled.matchFirst(ctx)).toBe(0);
  });

  test('none', () => {
    const out: number[] = [];
    const ctx = open(machine(), '/tmp/x');
    expect(compiled.matchFirst(ctx)).toBe(-1);
    expect(compiled.matchAll(ctx, out)).toBe(0);
    expect(out).toEqual([]);
  });

  test('the first in the order of the rules, not of their cost', () => {
    const rules = [rule('dear', 'proc.cmdline regex ".*b.*"'), rule('cheap', 'fd.num = 3')];
    const fixture = new Fixture([{ pid: 2, comm: 'bash', exe: 'bash' }]);
    expect(compileRules(rules).matchFirst(open(fixture, '/x'))).toBe(0);
  });

  test('rules of the other source are its own', () => {
    const rules = [
      rule('audit', 'evt.type exists', { source: 'k8s_audit' }),
      rule('syscall', 'evt.type exists'),
    ];
    const ofAudit = compileRules(rules, { source: 'k8s_audit' });
    expect([...ofAudit.eventTypes]).toEqual([PLUGIN_EVENT]);
    const plugin = machine().show({ type: 'pluginevent_e', params: { plugin_id: 1 } });
    expect(ofAudit.matchFirst(plugin)).toBe(0);
    expect(compileRules(rules).matchFirst(plugin)).toBe(-1);
    expect(compileRules(rules).matchFirst(open(machine(), '/x'))).toBe(1);
  });
});

describe('event types', () => {
  test.each([
    ['evt.type = execve', true, false],
    ['evt.type in (execve, openat)', true, true],
    ['evt.type != execve', false, true],
    ['not evt.type in (openat)', true, false],
    ['evt.type = execve and evt.type = openat', false, false],
    ['evt.type = execve or fd.num > 0', true, true],
    ['evt.is_open_write = true', false, true],
    ['not evt.is_open_write = true and proc.name = x', true, true],
    ['evt.arg.flags contains x', true, true],
    ['evt.arg.dirfd exists', false, true],
    ['not (evt.type = execve or proc.name = x)', false, true],
  ])('%s', (condition, execve, openat) => {
    const { eventTypes } = compileRules([rule('r', condition)]);
    expect([eventTypes.has(EXECVE), eventTypes.has(OPENAT)]).toEqual([execve, openat]);
  });

  test('enter events are not evaluated', () => {
    const { eventTypes } = compileRules([rule('r', 'evt.type exists')]);
    expect(eventTypes.has(eventId('syscall_openat_2_e'))).toBe(false);
    expect(eventTypes.has(OPENAT)).toBe(true);
  });
});

describe('answers kept with the process', () => {
  const compiled = compileRules([rule('r', 'proc.name = bash and fd.name = /x')]);

  test('until its generation grows', () => {
    const fixture = machine();
    expect(compiled.matchFirst(open(fixture, '/x'))).toBe(0);
    const thread = fixture.table.thread(2);
    if (thread === undefined) throw new Error('no thread');
    thread.comm = 'cat';
    expect(compiled.matchFirst(open(fixture, '/x'))).toBe(0);
    thread.generation += 1;
    expect(compiled.matchFirst(open(fixture, '/x'))).toBe(-1);
  });

  test('until they are forgotten', () => {
    const fixture = machine();
    expect(compiled.matchFirst(open(fixture, '/x'))).toBe(0);
    const thread = fixture.table.thread(2);
    if (thread === undefined) throw new Error('no thread');
    thread.comm = 'cat';
    compiled.forget();
    expect(compiled.matchFirst(open(fixture, '/x'))).toBe(-1);
  });

  test('not across rule sets, and not without a thread', () => {
    const fixture = machine();
    const other = compileRules([rule('r', 'proc.name = systemd and fd.name = /x')]);
    expect(compiled.matchFirst(open(fixture, '/x'))).toBe(0);
    expect(other.matchFirst(open(fixture, '/x'))).toBe(-1);
    expect(other.matchFirst(open(fixture, '/x', 1))).toBe(0);
    expect(compiled.matchFirst(open(fixture, '/x', 1))).toBe(-1);
    expect(compiled.matchFirst(open(fixture, '/x', 99))).toBe(-1);
    expect(other.matchFirst(open(fixture, '/x', 99))).toBe(-1);
  });

  test('more answers than there was room for', () => {
    const rules = Array.from({ length: 200 }, (_, i) =>
      rule(`r${i}`, `proc.name = ${i === 150 ? 'bash' : `p${i}`} and fd.name = /f${i}`),
    );
    const many = compileRules(rules);
    const fixture = machine();
    const found = rules.map((_, i) => many.matchFirst(open(fixture, `/f${i}`)));
    expect(found).toEqual(rules.map((_, i) => (i === 150 ? 150 : -1)));
  });
});

test('explain: types with their cost, checks with how many rules share them', () => {
  const compiled = compileRules([
    rule('a', 'evt.type = execve and proc.name = bash and proc.cmdline contains x'),
    rule('b', 'evt.type in (execve, openat) and proc.name = bash'),
  ]);
  const { eventTypes, checks } = compiled.explain(0);
  expect(eventTypes.map(({ name }) => name)).toEqual(['syscall', 'execve', 'asyncevent']);
  expect(checks.map(({ text, rules, keptWithProcess }) => [text, rules, keptWithProcess])).toEqual([
    ['evt.type = execve', 1, false],
    ['proc.name = bash', 2, true],
    ['proc.cmdline contains x', 1, true],
  ]);
  const costs = checks.map(({ costNs }) => costNs);
  expect(costs).toEqual(costs.toSorted((a, b) => a - b));
});

test('a rule that cannot be compiled says so', () => {
  expect(() => compileRules([rule('r', 'fd.num = x')])).toThrow(CompileError);
});
