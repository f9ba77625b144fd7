/**
 * What evaluating one event costs, in ns: the process table and reading the ring are not part of
 * it. Falco's rules are measured where the conformance data lies beside the checkout.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FixtureEvent } from '#engine/fields/event-fixture.ts';
import { encodeEvent, Fixture } from '#engine/fields/event-fixture.ts';
import { OWN_FIELDS } from '#engine/fields/own-fields.ts';
import { resolveField } from '#engine/fields/resolve-field.ts';
import { FdRecord } from '#engine/process/fd-record.ts';
import { CheckBinder } from '#engine/rules/compile/bind-expr.ts';
import type { CompiledRules } from '#engine/rules/compile/compile-rules.ts';
import { compileRules } from '#engine/rules/compile/compile-rules.ts';
import { interpret } from '#engine/rules/compile/interpret.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import type { Rule } from '#engine/rules/rule.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { median } from './statistics.ts';

const ROUNDS = 7;
const EVENTS_A_ROUND = 300_000;

interface Workload {
  readonly name: string;
  readonly events: readonly { readonly event: FixtureEvent; readonly fd?: Partial<FdInfo> }[];
}

const fixture = new Fixture(
  [
    { pid: 1, comm: 'systemd', exe: '/sbin/init', exePath: '/usr/lib/systemd/systemd', uid: 0 },
    {
      pid: 10,
      parent: 1,
      comm: 'containerd',
      exe: 'containerd',
      exePath: '/usr/bin/containerd',
      uid: 0,
    },
    {
      pid: 11,
      parent: 10,
      comm: 'nginx',
      exe: 'nginx',
      exePath: '/usr/sbin/nginx',
      uid: 33,
      args: ['-g', 'daemon off;'],
      cwd: '/',
    },
  ],
  { 0: 'root', 33: 'www-data' },
);

/** As if decoded from the ring: flat, not interned. */
function fresh(text: string): string {
  return Buffer.from(text, 'latin1').latin1Slice();
}

function openOf(path: string, flags = 1): Workload['events'][number] {
  return {
    event: {
      type: 'syscall_openat_2_x',
      tid: 11,
      params: { fd: 7, dirfd: -100, name: path, flags, mode: 0, dev: 1, ino: 2 },
    },
    fd: { fd: 7, type: FD_TYPES.fileV2, name: fresh(path), nameRaw: fresh(path) },
  };
}

const PATHS = Array.from(
  { length: 64 },
  (_, i) =>
    [
      `/usr/lib/x86_64-linux-gnu/libc-${i}.so.6`,
      `/proc/${1000 + i}/stat`,
      `/srv/www/site/page${i}.html`,
      `/var/lib/app/data/${i}.db`,
    ][i % 4] ?? '',
);

const WORKLOADS: readonly Workload[] = [
  { name: 'open, nobody cares', events: PATHS.map((path) => openOf(path)) },
  { name: 'open for writing', events: PATHS.map((path) => openOf(path, 2 | 4)) },
  {
    name: 'open below /etc',
    events: Array.from({ length: 16 }, (_, i) => openOf(`/etc/app/conf.d/${i}.conf`)),
  },
  {
    name: 'connect',
    events: [
      {
        event: { type: 'socket_connect_x', tid: 11, params: { res: 0, fd: 9 } },
        fd: {
          fd: 9,
          type: FD_TYPES.ipv4,
          name: '10.0.0.2:40000->10.0.0.3:5432',
          sourceIp: '\n\0\0\x02',
          sourcePort: 40000,
          destinationIp: '\n\0\0\x03',
          destinationPort: 5432,
          l4proto: 1,
          isServer: false,
        },
      },
    ],
  },
  {
    name: 'execve',
    events: [
      {
        event: {
          type: 'syscall_execve_19_x',
          tid: 11,
          params: { res: 0, exe: 'nginx', args: ['-t'], flags: 0, filename: '/usr/sbin/nginx' },
        },
      },
    ],
  },
  {
    name: 'close (no rule)',
    events: [{ event: { type: 'syscall_close_x', tid: 11, params: { res: 0, fd: 7 } } }],
  },
];

interface Prepared {
  readonly base: number;
  readonly fd: FdInfo | undefined;
}

/** All events of a workload in one buffer, as in the ring. */
function prepare({ events }: Workload): readonly Prepared[] {
  const buffers = events.map(({ event }) => encodeEvent(event));
  fixture.ctx.evt.over(Buffer.concat(buffers));
  let base = 0;
  return events.map(({ fd }, i) => {
    const at = base;
    base += buffers[i]?.length ?? 0;
    return { base: at, fd: fd === undefined ? undefined : Object.assign(new FdRecord(-1, 0), fd) };
  });
}

/** Median ns of one event, the loop itself taken off. */
function nsOf(workload: Workload, evaluate: () => number): number {
  const prepared = prepare(workload);
  const { ctx } = fixture;
  ctx.thread = fixture.table.thread(11);
  const run = (work: () => number): number => {
    const start = performance.now();
    let sum = 0;
    for (let i = 0; i < EVENTS_A_ROUND; i++) {
      const event = prepared[i % prepared.length];
      if (event === undefined) break;
      ctx.evt.at(event.base);
      ctx.fd = event.fd;
      sum += work();
    }
    if (sum === 1) process.stdout.write('');
    return ((performance.now() - start) * 1e6) / EVENTS_A_ROUND;
  };
  const empty = () => -1;
  run(evaluate);
  run(empty);
  return median(Array.from({ length: ROUNDS }, () => run(evaluate) - run(empty)));
}

function load(folder: string, names: readonly string[]): readonly Rule[] {
  const files = names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  const loaded = loadRules(files, { fields: OWN_FIELDS, lints: false });
  const [first] = loaded.diagnostics.filter(({ severity }) => severity === 'error');
  if (loaded.hasErrors) throw new Error(`Cannot load ${names.join(', ')}: ${first?.message}`);
  return loaded.rules;
}

function table(title: string, rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  process.stdout.write(`\n${title}\n`);
  for (const row of rows) {
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    process.stdout.write(`  ${cells.join('  ')}\n`);
  }
}

function evaluateRows(rules: readonly Rule[]): readonly (readonly string[])[] {
  const compiled = compileRules(rules);
  const binder = new CheckBinder();
  const bound = rules.filter((rule) => rule.enabled).map((rule) => binder.bind(rule.condition));
  const rows = WORKLOADS.map((workload) => {
    const first = nsOf(workload, () => compiled.matchFirst(fixture.ctx));
    const out: number[] = [];
    const all = nsOf(workload, () => compiled.matchAll(fixture.ctx, out));
    const plain = interpretedNs(workload, bound);
    return [workload.name, first.toFixed(0), all.toFixed(0), plain.toFixed(0)];
  });
  return [['ns an event', 'first', 'all', 'interpreted'], ...rows];
}

/** A tenth of the events: walking the trees is that much slower. */
function interpretedNs(
  workload: Workload,
  bound: readonly ReturnType<CheckBinder['bind']>[],
): number {
  const prepared = prepare(workload);
  const rounds = 2000;
  const start = performance.now();
  for (let i = 0; i < rounds; i++) {
    const event = prepared[i % prepared.length];
    if (event === undefined) break;
    fixture.ctx.evt.at(event.base);
    fixture.ctx.fd = event.fd;
    bound.findIndex((expr) => interpret(expr, fixture.ctx));
  }
  return ((performance.now() - start) * 1e6) / rounds;
}

function single(condition: string): CompiledRules {
  const text = `
- {rule: r, desc: d, condition: ${JSON.stringify(condition)}, output: o, priority: DEBUG}`;
  const { rules, diagnostics } = loadRules([{ name: 'bench', text }], {
    fields: OWN_FIELDS,
    lints: false,
  });
  if (rules.length === 0) throw new Error(diagnostics[0]?.message);
  return compileRules(rules);
}

function singleRows(): readonly (readonly string[])[] {
  const names = Array.from(
    { length: 512 },
    (_, i) => `/opt/app/${(i * 2654435761) % 4294967296}/bin/tool${i}`,
  );
  const terms = names.join(', ');
  const argument = 'x'.repeat(4096);
  const opens: Workload = { name: '', events: PATHS.map((path) => openOf(path)) };
  const near: Workload = { name: '', events: names.slice(0, 64).map((path) => openOf(`${path}0`)) };
  const long: Workload = {
    name: '',
    events: [
      { event: { type: 'syscall_execve_19_x', tid: 11, params: { res: 0, exe: argument } } },
    ],
  };
  const cases: readonly (readonly [string, Workload, string])[] = [
    ['list of 512, far', opens, `evt.type = openat and fd.name in (${terms})`],
    ['list of 512, near', near, `evt.type = openat and fd.name in (${terms})`],
    ['512 prefixes, near', near, `evt.type = openat and fd.name startswith anyof (${terms})`],
    ['pmatch of 512, near', near, `evt.type = openat and fd.name pmatch (${terms})`],
    ['glob /usr/*/*.so.6', opens, 'evt.type = openat and fd.name glob /usr/*/*.so.6'],
    [
      'regex over a path',
      opens,
      'evt.type = openat and fd.name regex "/usr/.*/lib[a-z]+-[0-9]+\\\\.so"',
    ],
    ['regex over 4 KiB', long, 'evt.type = execve and evt.arg.exe regex "(a|x)*y"'],
    ['icontains over 4 KiB', long, 'evt.type = execve and evt.arg.exe icontains MINER'],
  ];
  const rows = cases.map(([name, workload, condition]) => {
    const compiled = single(condition);
    return [name, nsOf(workload, () => compiled.matchFirst(fixture.ctx)).toFixed(0)];
  });
  return [['ns an event', ''], ...rows];
}

const OWN = join(import.meta.dirname, '../../content/rules');
const FALCO = join(import.meta.dirname, '../../../shared/conformance/falco/rules/falco-default');
const STABLE = 'falco-rules-5.1.0.yaml';
const MORE = ['falco-incubating-rules-6.0.1.yaml', 'falco-sandbox-rules-6.1.0.yaml'];

if (!resolveField('fd.name').ok) throw new Error('Cannot measure: the field table is empty');
if (existsSync(FALCO)) {
  table('25 stable rules of Falco', evaluateRows(load(FALCO, [STABLE])));
  table('all 93 rules of Falco', evaluateRows(load(FALCO, [STABLE, ...MORE])));
} else process.stdout.write('skipped: no conformance data for the rules of Falco\n');
const own = existsSync(OWN) ? readdirSync(OWN).filter((name) => name.endsWith('.yaml')) : [];
if (own.length > 0) table('rules of Midwatch', evaluateRows(load(OWN, own)));
table('single conditions', singleRows());
