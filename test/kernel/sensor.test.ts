import { spawn } from 'node:child_process';
import { closeSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KoffiFunc } from 'koffi';
import koffi from 'koffi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventId } from '#model/event-schema.ts';
import { EventView } from '#model/event-view.ts';
import { openKernelSensor } from '#sensor/kernel/kernel-sensor.ts';
import {
  buildProgram,
  cannotWatchKernel,
  KernelWatch,
  removeDirectory,
  run,
  scratchDirectory,
} from './kernel-watch.ts';

const reason = cannotWatchKernel();
if (reason !== undefined) console.log(`skipped: kernel sensor: ${reason}`);

const OPENAT = eventId('syscall_openat_2_x');
const EXECVE = eventId('syscall_execve_19_x');
const CHMOD = eventId('syscall_chmod_x');
const SMALL_RING = 64 * 1024;

let dir = '';
let opens = '';
let programById: KoffiFunc<(id: number) => number>;

beforeAll(async () => {
  if (reason !== undefined) return;
  dir = realpathSync(scratchDirectory());
  opens = await buildProgram(dir, 'opens');
  programById = koffi.load('libbpf.so.1').func('int bpf_prog_get_fd_by_id(uint32_t)');
}, 60_000);

afterAll(() => {
  if (dir !== '') removeDirectory(dir);
});

async function until(isSo: () => boolean): Promise<void> {
  const start = performance.now();
  while (!isSo()) {
    if (performance.now() - start > 10_000) throw new Error('waited in vain');
    await sleep(5);
  }
}

describe.skipIf(reason !== undefined)('the kernel sensor', () => {
  test('counts by type what a stopped reader loses, and goes on afterwards', async () => {
    const watch = KernelWatch.open({
      eventTypes: new Set([OPENAT]),
      bulkRingBytes: SMALL_RING,
      criticalRingBytes: SMALL_RING,
    });
    try {
      await run(opens, ['storm', '3000', '/etc/hostname']);
      const lost = watch.sensor.counters().get(OPENAT);
      expect(lost?.seen).toBeGreaterThanOrEqual(3000);
      expect(lost?.dropped).toBeGreaterThan(2000);
      expect(watch.sensor.counters().get(EXECVE)?.dropped).toBe(0);
      watch.drain();
      const kept = watch.all().filter((event) => event.type === 'syscall_openat_2_x').length;
      expect(kept).toBeGreaterThan(100);
      const { pid } = await run('/bin/cat', ['/etc/hostname']);
      const events = await watch.eventsOf(pid);
      expect(events.map((event) => event.params['name'])).toContain('/etc/hostname');
    } finally {
      watch.close();
    }
  });

  test('counts what the filter left out as seen and filtered', async () => {
    const nothing = { read: 'none', write: 'none', failed: 'none' } as const;
    const watch = KernelWatch.open({
      eventTypes: new Set([OPENAT]),
      prefilter: { [OPENAT]: nothing },
    });
    try {
      await run(opens, ['storm', '500', '/etc/hostname']);
      const counters = watch.sensor.counters().get(OPENAT);
      expect(counters?.filtered).toBeGreaterThanOrEqual(500);
      expect(counters?.seen).toBe(counters?.filtered);
      expect(counters?.dropped).toBe(0);
    } finally {
      watch.close();
    }
  });

  test('attaches only what is wanted, and more or less of it without a restart', async () => {
    const watch = KernelWatch.open({ eventTypes: new Set([OPENAT]) });
    const attached = (): string[] =>
      watch.sensor.attached().filter((name) => /open|chmod/.test(name));
    const act = async (): Promise<string[]> => {
      const { pid } = await run('/bin/sh', ['-c', `chmod 700 ${dir}; :`]);
      await watch.eventsOf(pid);
      const types = watch.all().map((event) => event.type);
      return [...new Set(types)].filter((type) => /openat|chmod/.test(type)).sort();
    };
    try {
      expect(attached()).toEqual(['exit_openat']);
      expect(watch.sensor.attached()).toContain('process_exec');
      expect(await act()).toEqual(['syscall_openat_2_x']);
      const both = new Set([OPENAT, CHMOD, eventId('syscall_fchmodat_x')]);
      expect(watch.sensor.update({ eventTypes: both })).toBeUndefined();
      expect(attached()).toContain('exit_fchmodat');
      expect(await act()).toContain('syscall_fchmodat_x');
      expect(watch.sensor.update({ eventTypes: new Set([CHMOD]) })).toBeUndefined();
      expect(attached()).toEqual(['exit_chmod']);
      const before = watch.sensor.counters().get(OPENAT);
      expect(before).toBeUndefined();
    } finally {
      watch.close();
    }
  });

  test('says which calls this kernel does not have', () => {
    const wanted = new Set([eventId('syscall_init_module_x'), eventId('syscall_openat_2_x')]);
    const watch = KernelWatch.open({ eventTypes: wanted });
    const hasModules = readdirSync('/proc').includes('modules');
    expect(watch.sensor.missing()).toEqual(hasModules ? [] : ['syscalls/sys_exit_init_module']);
    watch.close();
  });

  test('reads as events come, without being asked', async () => {
    const sensor = openKernelSensor({ eventTypes: new Set([OPENAT]) });
    if (!sensor.ok) throw new Error(sensor.message);
    const view = new EventView();
    const pids = new Set<number>();
    let rounds = 0;
    const stop = sensor.start({
      view,
      onEvent: () => pids.add(view.pid),
      onRound: () => rounds++,
    });
    try {
      for (let i = 0; i < 5; i++) {
        const { pid } = await run('/bin/true', []);
        await until(() => pids.has(pid));
      }
      expect(rounds).toBeGreaterThan(0);
      await until(() => sensor.backlog() === 0);
    } finally {
      stop();
      sensor.close();
    }
  });

  test('does not see itself, unless asked to', async () => {
    const look = async (ownPid?: number): Promise<boolean> => {
      const watch = KernelWatch.open({
        eventTypes: new Set([OPENAT]),
        ...(ownPid !== undefined && { ownPid }),
      });
      readFileSync('/etc/hostname');
      watch.drain();
      await sleep(5);
      watch.drain();
      watch.close();
      return watch.all().some((event) => event.pid === process.pid && event.type.includes('open'));
    };
    expect(await look()).toBe(false);
    expect(await look(0)).toBe(true);
  });

  test('of which there are two see the same', async () => {
    const first = KernelWatch.open({ eventTypes: new Set([OPENAT]) });
    const second = KernelWatch.open({ eventTypes: new Set([OPENAT]) });
    try {
      const { pid } = await run('/bin/cat', ['/etc/hostname']);
      const types = (await first.eventsOf(pid)).map((event) => event.type);
      expect((await second.eventsOf(pid)).map((event) => event.type)).toEqual(types);
      expect(types.length).toBeGreaterThan(3);
    } finally {
      first.close();
      second.close();
    }
  });

  test('leaves nothing attached when it is killed', async () => {
    const script = `
      import { openKernelSensor } from '#sensor/kernel/kernel-sensor.ts';
      const sensor = openKernelSensor({ eventTypes: new Set([${OPENAT}]) });
      console.log(sensor.ok ? 'ready' : sensor.message);
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: join(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = await new Promise<string>((done) =>
      child.stdout.once('data', (data) => done(String(data))),
    );
    expect(said.trim()).toBe('ready');
    const programs = programsOf(child.pid ?? 0);
    expect(programs.length).toBeGreaterThan(5);
    expect(programs.every(isLoaded)).toBe(true);
    const gone = new Promise((done) => child.once('close', done));
    child.kill('SIGKILL');
    await gone;
    await until(() => !programs.some(isLoaded));
  });
});

/** The numbers of the kernel programs that a process's descriptors keep alive. */
function programsOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/fdinfo`).flatMap((fd) => {
    const id = /^prog_id:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1];
    return id === undefined ? [] : [Number(id)];
  });
}

function isLoaded(program: number): boolean {
  const fd = programById(program);
  if (fd >= 0) closeSync(fd);
  return fd >= 0;
}
