import { describe, expect, test } from 'vitest';
import { exec, fork, liveRecord, text } from '#engine/process/live-fixture.ts';
import { ProcessTable } from '#engine/process/process-table.ts';
import { NO_USERS } from '#engine/process/user-lookup.ts';
import type { Rule } from '#engine/rules/rule.ts';
import type { Container } from '#model/container.ts';
import { HOST } from '#model/container.ts';
import { Evaluation } from '#model/evaluation.ts';
import { FINDING_ARGS_CHARS, FINDING_TEXT_CHARS, FINDING_TREE_MAX } from '#model/limits.ts';
import { buildFinding } from './build-finding.ts';
import { falcoJson } from './falco-json.ts';

const BOX: Container = {
  id: 'abcdefabcdef',
  fullId: 'abcdef'.repeat(10),
  runtime: 'containerd',
  name: 'web',
  imageRepository: 'docker.io/library/nginx',
  imageTag: '1.27',
  imageDigest: 'sha256:12',
  podName: 'web-1',
  podNamespace: 'shop',
};
const RULE: Rule = {
  name: 'Shell in a container',
  description: '',
  source: 'syscall',
  tier: 'page',
  priority: 'Critical',
  tags: ['T1059.004', 'container', 'mitre_execution'],
  enabled: true,
  output: '',
  condition: { kind: 'and', children: [] },
  conditionText: '',
  macros: [],
  lists: [],
  file: 'a.yaml',
  line: 1,
  runbook: 'shell',
  holdable: false,
};
const ORIGIN = { node: 'node-1', bootId: 'boot' };
const OFFSET_NS = 1_795_000_000_000_000_000n;

/** A table of processes: init, a runtime, a container with an init and what it started. */
class Machine {
  readonly ctx: Evaluation;
  constructor() {
    const table = new ProcessTable({
      containers: { resolve: (cgroups) => (cgroups.includes('box') ? BOX : HOST) },
      users: {
        ...NO_USERS,
        user: (uid) => (uid === 0 ? { uid, gid: 0, name: 'root', home: '', shell: '' } : undefined),
      },
      cgroupsOf: (_pid, id) => (id === 7 ? 'memory=/box' : 'memory=/'),
    });
    this.ctx = new Evaluation(table);
    this.ctx.clockOffsetNs = OFFSET_NS;
    this.run({ pid: 1, parent: 0, exe: '/sbin/init' });
    this.run({ pid: 10, parent: 1, exe: '/usr/bin/containerd-shim' });
    this.run({ pid: 20, parent: 10, exe: '/usr/sbin/nginx', cgroupId: 7, vpid: 1 });
  }

  run({ pid, parent, exe, args = [], cgroupId = 1, vpid = pid }: Started): void {
    const startNs = pid * 1_000_000_000;
    if (parent > 0) this.apply(fork({ pid, parent, startNs, cgroupId, vpid }));
    this.apply(exec({ pid, parent, startNs, exe, args, cgroupId, timeNs: startNs + 5 }));
  }

  apply(record: Buffer): void {
    this.ctx.evt.over(record).atRecord(0);
    this.ctx.evtNum++;
    this.ctx.state instanceof ProcessTable && this.ctx.state.apply(this.ctx);
  }

  find(sentence = 'a shell', fields = {}) {
    return buildFinding(this.ctx, RULE, { text: sentence, fields }, ORIGIN);
  }
}

interface Started {
  readonly pid: number;
  readonly parent: number;
  readonly exe: string;
  readonly args?: readonly string[];
  readonly cgroupId?: number;
  readonly vpid?: number;
}

describe('buildFinding', () => {
  test('tells rule, time, container and the tree from the container init to the call', () => {
    const machine = new Machine();
    machine.run({ pid: 21, parent: 20, exe: '/bin/sh', args: ['-c', 'id'], cgroupId: 7 });
    const finding = machine.find();
    expect(finding).toMatchObject({
      rule: 'Shell in a container',
      time: '2026-11-18T11:07:01.000000005Z',
      timeNs: String(OFFSET_NS + 21_000_000_005n),
      techniques: ['T1059.004'],
      event: { type: 'execve' },
      container: {
        name: 'web',
        image: 'docker.io/library/nginx:1.27',
        pod: 'web-1',
        namespace: 'shop',
      },
    });
    expect(finding.tree.map(({ pid, exe, markers }) => [pid, exe, markers])).toEqual([
      [20, '/usr/sbin/nginx', ['container-init']],
      [21, '/bin/sh', []],
    ]);
    expect(finding.tree[0]).toMatchObject({ vpid: 1, user: 'root' });
    expect(finding.tree[1]?.startedAt).toBe(
      new Date(Number((OFFSET_NS + 21_000_000_000n) / 1_000_000n)).toISOString(),
    );
  });

  test('a program called by another name is told by both', () => {
    const machine = new Machine();
    const startNs = 21e9;
    machine.apply(fork({ pid: 21, parent: 20, startNs, cgroupId: 7 }));
    machine.apply(
      exec({ pid: 21, parent: 20, startNs, exe: '/bin/busybox', arg0: '/bin/sh', cgroupId: 7 }),
    );
    expect(machine.find().tree.map(({ exe, arg0 }) => [exe, arg0])).toEqual([
      ['/usr/sbin/nginx', undefined],
      ['/bin/busybox', '/bin/sh'],
    ]);
  });

  test('a host process has its tree from the host init and no container', () => {
    const machine = new Machine();
    machine.run({ pid: 30, parent: 1, exe: '/usr/sbin/cron' });
    const finding = machine.find();
    expect(finding.container).toBeUndefined();
    expect(finding.tree.map(({ markers }) => markers)).toEqual([['host-init'], []]);
  });

  test('what entered a container from outside says so, with what it came from', () => {
    const machine = new Machine();
    machine.run({ pid: 31, parent: 1, exe: '/usr/sbin/runc', args: ['exec', 'web', 'sh'] });
    machine.run({ pid: 32, parent: 31, exe: '/bin/sh', cgroupId: 7, vpid: 9 });
    expect(machine.find().tree.map(({ exe, markers }) => [exe, markers])).toEqual([
      ['/sbin/init', ['host-init', 'outside']],
      ['/usr/sbin/runc', ['outside']],
      ['/bin/sh', ['entered']],
    ]);
  });

  test('the id is the same for the same act, and another for any other', () => {
    const machine = new Machine();
    const first = machine.find().id;
    expect(machine.find('other words').id).toBe(first);
    expect(
      buildFinding(machine.ctx, RULE, { text: '', fields: {} }, { ...ORIGIN, node: 'n2' }).id,
    ).not.toBe(first);
    machine.run({ pid: 21, parent: 20, exe: '/bin/sh', cgroupId: 7 });
    expect(machine.find().id).not.toBe(first);
  });

  test('secrets are taken out of arguments, sentence and fields', () => {
    const machine = new Machine();
    machine.run({
      pid: 21,
      parent: 20,
      exe: '/usr/bin/mysql',
      args: ['-u', 'root', '-pcorrect-horse'],
      cgroupId: 7,
    });
    const finding = machine.find('mysql ran: mysql -u root -pcorrect-horse', {
      'proc.args': '-u root -pcorrect-horse',
      'proc.env': 'AWS_SECRET_ACCESS_KEY=abcd1234 HOME=/',
    });
    expect(JSON.stringify(finding)).not.toMatch(/correct-horse|abcd1234/);
    expect(finding.tree.at(-1)?.args).toEqual(['-u', 'root', '-p[redacted]']);
    expect(finding.redacted).toBeGreaterThan(0);
  });

  test('bytes that are no text, control characters and 128 KiB of arguments become printable and short', () => {
    const machine = new Machine();
    const args = [
      '\x1b]0;owned\x07\xff\xfe',
      '\xe2\x80\xaegnp.exe',
      'x'.repeat(50_000),
      ...Array(3_000).fill('y'),
    ];
    machine.run({ pid: 21, parent: 20, exe: '/tmp/\x1b[2J', args, cgroupId: 7 });
    const finding = machine.find(`\x1b[31m${'z'.repeat(131_072)}`, {
      'evt.args': 'q'.repeat(131_072),
    });
    const json = JSON.stringify(finding);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested
    expect(json).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]|\\u00/);
    expect(finding.tree.at(-1)?.args.join(' ').length).toBeLessThan(FINDING_ARGS_CHARS * 1.2);
    expect(finding.tree.at(-1)?.args[0]).toBe('\\x1b]0;owned\\x07\\xff\\xfe');
    expect(finding.sentence.length).toBeLessThan(FINDING_TEXT_CHARS + 20);
    expect(finding.sentence).toMatch(/…\[\d+ more\]…/);
    expect(json.length).toBeLessThan(40_000);
  });

  test('a very deep tree keeps both ends and says how many are missing', () => {
    const machine = new Machine();
    for (let pid = 100; pid < 150; pid++) {
      machine.run({ pid, parent: pid === 100 ? 1 : pid - 1, exe: `/bin/p${pid}` });
    }
    const finding = machine.find();
    expect(finding.tree).toHaveLength(FINDING_TREE_MAX);
    expect(finding.tree[0]?.exe).toBe('/sbin/init');
    expect(finding.tree.at(-1)?.exe).toBe('/bin/p149');
    expect(finding.treeElided).toBe(51 - FINDING_TREE_MAX);
  });

  test('a call by a thread is told of its process', () => {
    const machine = new Machine();
    machine.apply(
      liveRecord({
        type: 'syscall_unlink_2_x',
        pid: 20,
        tid: 25,
        startNs: 20e9,
        cgroupId: 7,
        params: { path: text('/x') },
      }),
    );
    const finding = machine.find();
    expect(finding.event?.tid).toBe(25);
    expect(finding.tree.at(-1)?.pid).toBe(20);
  });

  test('says what was lost shortly before', () => {
    const machine = new Machine();
    const drops = { lost: 3, kinds: { open: 3 } };
    const finding = buildFinding(machine.ctx, RULE, { text: '', fields: {} }, { ...ORIGIN, drops });
    expect(finding.incomplete).toEqual(drops);
  });
});

describe('falcoJson', () => {
  test('has the keys, order and times that sinks of Falco expect', () => {
    const machine = new Machine();
    const line = falcoJson(
      machine.find('a shell', {
        'proc.name': 'sh',
        'proc.pid': 20,
        'evt.rawtime': 2n ** 62n,
        'k8s.pod.name': null,
      }),
    );
    expect(line.endsWith('}\n')).toBe(true);
    expect(line).toContain('"evt.rawtime":4611686018427387904');
    const alert = JSON.parse(line);
    expect(Object.keys(alert)).toEqual([
      'hostname',
      'output',
      'output_fields',
      'priority',
      'rule',
      'source',
      'tags',
      'time',
    ]);
    expect(alert).toMatchObject({
      hostname: 'node-1',
      priority: 'Critical',
      rule: 'Shell in a container',
      source: 'syscall',
      tags: ['T1059.004', 'container', 'mitre_execution'],
    });
    expect(alert.output).toMatch(/^\d{2}:\d{2}:\d{2}\.\d{9}: Critical a shell$/);
    expect(Object.keys(alert.output_fields)).toEqual([
      'evt.rawtime',
      'evt.time',
      'k8s.pod.name',
      'proc.name',
      'proc.pid',
    ]);
    expect(alert.output_fields['k8s.pod.name']).toBeNull();
    expect(alert.time).toMatch(/Z$/);
  });
});
