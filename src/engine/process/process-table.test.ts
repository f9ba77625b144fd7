import { describe, expect, test } from 'vitest';
import type { Container } from '#model/container.ts';
import { HOST } from '#model/container.ts';
import { Evaluation } from '#model/evaluation.ts';
import { LINEAGE_DEPTH } from '#model/limits.ts';
import type { Thread } from '#model/process.ts';
import { CLONE_FLAG } from './clone-flags.ts';
import { exec, exit, fork, i64, liveRecord, text, u32 } from './live-fixture.ts';
import type { ProcessTableOptions } from './process-table.ts';
import { ProcessTable } from './process-table.ts';
import { ThreadRecord } from './thread-record.ts';
import { NO_USERS } from './user-lookup.ts';

const BOX: Container = { id: 'box', fullId: 'box-full', runtime: 'runc' };
const BOX_CGROUP = 77;

class Machine {
  readonly table: ProcessTable;
  readonly ctx: Evaluation;

  constructor(options: Partial<ProcessTableOptions> = {}) {
    this.table = new ProcessTable({
      containers: { resolve: (cgroups) => (cgroups.includes('box') ? BOX : HOST) },
      users: NO_USERS,
      cgroupsOf: (_pid, id) => (id === BOX_CGROUP ? 'memory=/box' : 'memory=/'),
      ...options,
    });
    this.ctx = new Evaluation(this.table);
    this.apply(exec({ pid: 1, startNs: 10, exe: '/sbin/init', parent: 0 }));
  }

  apply(record: Buffer): Thread | undefined {
    this.ctx.evt.over(record).atRecord(0);
    this.table.apply(this.ctx);
    return this.ctx.thread;
  }

  names(pid: number): string {
    const thread = this.table.thread(pid);
    if (thread === undefined) return 'none';
    return this.table
      .ancestors(thread)
      .map((ancestor) => ancestor.comm)
      .join(' ');
  }
}

function shell(machine: Machine, pid = 100): void {
  machine.apply(fork({ pid, parent: 1, startNs: 1000 }));
  machine.apply(exec({ pid, startNs: 1000, exe: '/bin/sh', args: ['-c', 'x'], parent: 1 }));
}

describe('ProcessTable, live', () => {
  test('a fork inherits by reference and an exec replaces the image', () => {
    const machine = new Machine();
    shell(machine);
    const parent = machine.table.thread(100);
    const child = machine.apply(fork({ pid: 101, parent: 100, startNs: 2000 }));
    expect(child?.args).toBe(parent?.args);
    expect(child).toMatchObject({ pid: 101, ptid: 100, comm: 'sh', exePath: '/bin/sh' });
    const cat = machine.apply(
      exec({ pid: 101, startNs: 2000, exe: '/bin/cat', args: ['/etc/shadow', ''], parent: 100 }),
    );
    expect(cat).toBe(child);
    expect(cat).toMatchObject({ comm: 'cat', args: ['/etc/shadow', ''], exePath: '/bin/cat' });
    expect(machine.names(101)).toBe('init sh cat');
  });

  test('an exec keeps what the process ran before, newest first, but not its parent’s image', () => {
    const machine = new Machine();
    shell(machine);
    expect(machine.table.thread(100)?.history).toEqual([]);
    for (let i = 0; i < 20; i++) {
      machine.apply(exec({ pid: 100, startNs: 1000, exe: `/bin/step${i}`, timeNs: 5000 + i }));
    }
    const history = machine.table.thread(100)?.history ?? [];
    expect(history.map((image) => image.comm)).toEqual(
      [18, 17, 16, 15, 14, 13, 12, 11].map((i) => `step${i}`),
    );
    expect(history[0]?.execNs).toBe(5018n);
  });

  test('a pid used again is another process: nothing of the old one is attached', () => {
    const machine = new Machine();
    shell(machine);
    const old = machine.table.thread(100);
    // Its exit was lost, and so was the birth of the next one.
    const next = machine.apply(liveRecord({ type: 'syscall_setsid_x', pid: 100, startNs: 9000 }));
    expect(next).not.toBe(old);
    expect(next).toMatchObject({ comm: '', args: [] });
    expect(old?.exited).toBe(true);
    expect(machine.table.live.reused).toBe(1);
  });

  test('a child whose parent’s pid was used again still knows its real parent', () => {
    const machine = new Machine();
    shell(machine);
    machine.apply(fork({ pid: 101, parent: 100, startNs: 2000 }));
    machine.apply(exec({ pid: 101, startNs: 2000, exe: '/bin/nc' }));
    machine.apply(fork({ pid: 100, parent: 1, startNs: 9000 }));
    machine.apply(exec({ pid: 100, startNs: 9000, exe: '/usr/bin/innocent' }));
    expect(machine.names(101)).toBe('init sh nc');
    const nc = machine.table.thread(101);
    expect(nc && machine.table.parent(nc)?.comm).toBe('init');
  });

  test('orphans go to the reaper that the kernel names, else to the nearest subreaper', () => {
    const machine = new Machine();
    shell(machine, 50);
    machine.apply(
      liveRecord({
        type: 'syscall_prctl_x',
        pid: 50,
        startNs: 1000,
        params: { res: i64(0), option: u32(36), arg2_int: i64(1) },
      }),
    );
    for (const pid of [60, 61, 62])
      machine.apply(fork({ pid, parent: pid === 60 ? 50 : 60, startNs: pid }));
    const before = machine.table.thread(61)?.generation ?? 0;
    machine.apply(exit({ pid: 60, startNs: 60 }));
    expect(machine.table.thread(61)?.ptid).toBe(50);
    expect(machine.table.thread(61)?.generation).toBeGreaterThan(before);
    machine.apply(fork({ pid: 63, parent: 62, startNs: 63 }));
    machine.apply(exit({ pid: 62, startNs: 62, reaper: 1 }));
    expect(machine.table.thread(63)?.ptid).toBe(1);
    expect(machine.table.thread(60)).toBe(undefined);
  });

  test('an event of the other ring that comes after the exit finds its process', () => {
    const machine = new Machine();
    shell(machine);
    machine.apply(exit({ pid: 100, startNs: 1000 }));
    const late = machine.apply(liveRecord({ type: 'syscall_getdents_x', pid: 100, startNs: 1000 }));
    expect(late).toMatchObject({ comm: 'sh', exited: true });
    expect(machine.table.thread(100)).toBe(undefined);
  });

  test('threads share what their leader has; the process ends with the last of them', () => {
    const machine = new Machine();
    shell(machine);
    const thread = machine.apply(
      fork({ pid: 100, tid: 105, parent: 1, startNs: 1000, flags: CLONE_FLAG.thread }),
    );
    expect(thread).toMatchObject({ tid: 105, pid: 100, comm: 'sh', cwd: '/' });
    expect(thread && machine.table.leader(thread).tid).toBe(100);
    expect(thread && machine.table.threadCount(thread)).toBe(2);
    machine.apply(exit({ pid: 100, startNs: 1000 }));
    expect(thread && machine.table.leader(thread)).toMatchObject({ tid: 100, exited: true });
    expect(machine.apply(fork({ pid: 106, parent: 105, startNs: 1500 }))?.comm).toBe('sh');
    expect(machine.names(106)).toBe('init sh sh');
    machine.apply(exit({ pid: 100, tid: 105, startNs: 1000 }));
    expect([100, 105].map((tid) => machine.table.thread(tid))).toEqual([undefined, undefined]);
  });

  test('an exec by a thread that is not the leader continues the leader’s process', () => {
    const machine = new Machine();
    shell(machine);
    machine.apply(fork({ pid: 100, tid: 105, parent: 1, startNs: 1000, flags: CLONE_FLAG.thread }));
    const leader = machine.table.thread(100);
    // The kernel ends the leader first; the caller takes over its number and start time.
    machine.apply(exit({ pid: 100, startNs: 1000 }));
    const after = machine.apply(exec({ pid: 100, startNs: 1000, exe: '/bin/next' }));
    expect(after).toBe(leader);
    expect(after).toMatchObject({ comm: 'next', exited: false });
    expect(machine.names(100)).toBe('init next');
    expect(machine.table.thread(105)).toBe(undefined);
    expect(machine.table.thread(100)).toBe(leader);
  });

  test('what was never seen is read from /proc, checked by its start, and not asked again', () => {
    let asked = 0;
    const machine = new Machine({
      resolve: (pid) => {
        asked += 1;
        const found = new ThreadRecord(pid, pid);
        found.comm = 'found';
        found.ptid = 1;
        found.startNs = 20_000_000;
        found.startIsCoarse = true;
        return found;
      },
    });
    const good = { type: 'syscall_getdents_x', pid: 300, startNs: 21_234_567 };
    expect(machine.apply(liveRecord(good))).toMatchObject({ comm: 'found', startNs: 21_234_567 });
    machine.apply(liveRecord(good));
    expect(asked).toBe(1);
    expect(machine.table.live.resolved).toBe(1);
    expect(machine.names(300)).toBe('init found');
    const other = machine.apply(
      liveRecord({ type: 'syscall_getdents_x', pid: 301, startNs: 31_234_567 }),
    );
    expect(other).toMatchObject({ comm: '', pid: 301 });
    expect(machine.table.live.unresolved).toBe(1);
  });

  test('no more than a bounded number of reads of /proc a second', () => {
    let asked = 0;
    const machine = new Machine({
      resolve: () => {
        asked += 1;
        return undefined;
      },
    });
    for (let pid = 1000; pid < 3000; pid++) {
      machine.apply(liveRecord({ type: 'syscall_getdents_x', pid, startNs: pid }));
    }
    expect(asked).toBe(500);
    machine.apply(
      liveRecord({ type: 'syscall_getdents_x', pid: 9000, startNs: 1, timeNs: 2_000_000_000 }),
    );
    expect(asked).toBe(501);
  });

  test('a move to another cgroup changes the container; its first process is marked', () => {
    const machine = new Machine();
    shell(machine);
    machine.apply(fork({ pid: 200, parent: 100, startNs: 3000, vpid: 1 }));
    const before = machine.table.thread(200)?.generation ?? 0;
    machine.apply(exec({ pid: 200, startNs: 3000, exe: '/bin/app', cgroupId: BOX_CGROUP }));
    expect(machine.table.thread(200)).toMatchObject({ container: BOX, isContainerInit: true });
    expect(machine.table.thread(200)?.generation).toBeGreaterThan(before);
    machine.apply(fork({ pid: 201, parent: 200, startNs: 3001, vpid: 2, cgroupId: BOX_CGROUP }));
    expect(machine.table.thread(201)).toMatchObject({ container: BOX, isContainerInit: false });
    expect(machine.table.rootOf(BOX)).toBe(machine.table.thread(200));
    machine.apply(exit({ pid: 201, startNs: 3001, cgroupId: BOX_CGROUP }));
    machine.apply(exit({ pid: 200, startNs: 3000, cgroupId: BOX_CGROUP }));
    expect(machine.table.rootOf(BOX)).toBe(undefined);
    expect(machine.table.members.size).toBe(0);
  });

  test('the description of a container reaches its processes', () => {
    const machine = new Machine();
    machine.apply(fork({ pid: 200, parent: 1, startNs: 3000, vpid: 1, cgroupId: BOX_CGROUP }));
    const named: Container = { ...BOX, name: 'web' };
    const before = machine.table.thread(200)?.generation ?? 0;
    machine.table.replaceContainers(new Map([[BOX, named]]));
    expect(machine.table.thread(200)?.container).toBe(named);
    expect(machine.table.thread(200)?.generation).toBeGreaterThan(before);
    expect(machine.table.thread(1)?.container).toBe(HOST);
  });

  test('an exec of a parent reaches the caches of its descendants', () => {
    const machine = new Machine();
    shell(machine);
    machine.apply(fork({ pid: 101, parent: 100, startNs: 2000 }));
    machine.apply(fork({ pid: 102, parent: 101, startNs: 2001 }));
    const before = machine.table.thread(102)?.generation ?? 0;
    machine.apply(exec({ pid: 100, startNs: 1000, exe: '/bin/other' }));
    expect(machine.table.thread(102)?.generation).toBe(before + 1);
  });

  test('credentials, session and name follow the calls that change them', () => {
    const machine = new Machine();
    shell(machine);
    const call = (type: string, params: Record<string, Buffer>): void => {
      machine.apply(
        liveRecord({ type, pid: 100, startNs: 1000, params: { res: i64(0), ...params } }),
      );
    };
    call('syscall_setuid_x', { uid: u32(33) });
    call('syscall_setgid_x', { gid: u32(34) });
    call('syscall_setresuid_x', { ruid: u32(0), euid: u32(4294967295), suid: u32(0) });
    call('syscall_prctl_x', { option: u32(15), arg2_str: text('kworker/0:1') });
    machine.apply(
      liveRecord({ type: 'syscall_setsid_x', pid: 100, startNs: 1000, params: { res: i64(100) } }),
    );
    expect(machine.table.thread(100)).toMatchObject({
      uid: 33,
      gid: 34,
      sid: 100,
      comm: 'kworker/0:1',
    });
    machine.apply(
      liveRecord({
        type: 'syscall_setuid_x',
        pid: 100,
        startNs: 1000,
        params: { res: i64(-1), uid: u32(0) },
      }),
    );
    expect(machine.table.thread(100)?.uid).toBe(33);
  });

  test('after lost events the table is put right from what lives', () => {
    const machine = new Machine();
    shell(machine);
    machine.apply(fork({ pid: 101, parent: 100, startNs: 2000 }));
    const alive = [1, 102].map((pid) => {
      const thread = new ThreadRecord(pid, pid);
      thread.startNs = pid === 1 ? 0 : 70_000_000;
      thread.startIsCoarse = true;
      thread.ptid = pid === 1 ? 0 : 1;
      return thread;
    });
    machine.table.reconcile(alive);
    expect([...machine.table.threads.all()].map((thread) => thread.tid).sort()).toEqual([1, 102]);
    expect(machine.table.thread(1)?.comm).toBe('init');
  });
});

describe('ProcessTable, bounds', () => {
  test('a chain of forks and exits keeps what is near and where it began', () => {
    const machine = new Machine();
    shell(machine, 2);
    for (let pid = 3; pid < 1000; pid++) {
      machine.apply(fork({ pid, parent: pid - 1, startNs: pid }));
      machine.apply(exit({ pid: pid - 1, startNs: pid - 1 === 2 ? 1000 : pid - 1 }));
    }
    const last = machine.table.thread(999);
    const chain = last === undefined ? [] : machine.table.ancestors(last);
    expect(chain.length).toBe(LINEAGE_DEPTH + 1);
    expect(chain.slice(-3).map((thread) => thread.pid)).toEqual([997, 998, 999]);
    expect(chain.slice(0, 3).map((thread) => thread.pid)).toEqual([1, 2, 3]);
    expect(machine.table.threads.lineageCut).toBeGreaterThan(800);
  });

  test('a full table gives up leaves, not the trunk, and counts them', () => {
    const machine = new Machine({ max: 100 });
    shell(machine, 2);
    for (let pid = 3; pid < 500; pid++) machine.apply(fork({ pid, parent: 2, startNs: pid }));
    expect(machine.table.threads.size).toBeLessThanOrEqual(100);
    expect(machine.table.threads.evicted).toBeGreaterThan(390);
    expect(machine.names(499)).toBe('init sh sh');
  });
});
