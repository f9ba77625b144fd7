import { readdirSync, statSync } from 'node:fs';
import { ThreadRecord } from '#engine/process/thread-record.ts';
import { ENVIRON_BYTES, PROC_ARGS_BYTES } from '#model/limits.ts';
import { readLink, readProcFile } from './read-file.ts';

/**
 * Reads processes from /proc: all for the starting state, one for a process whose birth was missed.
 * Processes vanish while they are read; what could be read by then is dropped. Kernel threads have
 * a name and numbers only. Files outside their process's image (root, fds) are not read.
 */
export class ProcessReader {
  private readonly proc: string;
  private readonly bootNs: () => bigint;
  /** Cgroup texts repeat: the same string for the same text. */
  private readonly cgroupTexts = new Map<string, string>();

  /** `bootNs`: added to a CLOCK_BOOTTIME gives ns since 1970. */
  constructor(bootNs: () => bigint, proc = '/proc') {
    this.proc = proc;
    this.bootNs = bootNs;
  }

  readAll(): ThreadRecord[] {
    this.cgroupTexts.clear();
    const threads: ThreadRecord[] = [];
    for (const name of readdirSync(this.proc)) {
      const pid = Number(name);
      if (!Number.isInteger(pid)) continue;
      const thread = this.read(pid);
      if (thread !== undefined) threads.push(thread);
    }
    return threads;
  }

  /** undefined too for a thread that does not lead: /proc has it, but it is no process. */
  read(pid: number): ThreadRecord | undefined {
    const dir = `${this.proc}/${pid}`;
    const thread = new ThreadRecord(pid, pid);
    if (!readStat(dir, thread, this.bootNs())) return undefined;
    thread.isSeed = true;
    if (isKernelThread(thread)) return asKernelThread(thread);
    if (!readStatus(dir, thread)) return undefined;
    readArguments(dir, thread);
    thread.env = readProcFile(`${dir}/environ`, ENVIRON_BYTES)?.replace(/\0+$/, '') ?? '';
    readExecutable(dir, thread);
    const cwd = readLink(`${dir}/cwd`);
    if (cwd !== undefined) thread.cwd = cwd.endsWith('/') ? cwd : `${cwd}/`;
    thread.root = '/';
    thread.loginUid = Number(readProcFile(`${dir}/loginuid`) ?? UNSET);
    thread.cgroups = this.cgroups(pid) ?? '';
    return thread;
  }

  /** NUL-separated `subsystem=path`, as events carry it. */
  cgroups(pid: number): string | undefined {
    const text = readProcFile(`${this.proc}/${pid}/cgroup`);
    if (text === undefined) return undefined;
    const known = this.cgroupTexts.get(text);
    if (known !== undefined) return known;
    const cgroups = cgroupBlob(text);
    if (this.cgroupTexts.size < CGROUP_TEXTS) this.cgroupTexts.set(text, cgroups);
    return cgroups;
  }
}

const UNSET = 4294967295;
const CGROUP_TEXTS = 8192;
const PF_KTHREAD = 0x200000;
// One clock tick of /proc/<pid>/stat.
const TICK_NS = 10_000_000;

/** Fields of /proc/<pid>/stat after the name: state is 0. */
const STAT = {
  ppid: 1,
  pgrp: 2,
  session: 3,
  tty: 4,
  flags: 6,
  minFlt: 7,
  majFlt: 9,
  start: 19,
} as const;

function readStat(dir: string, thread: ThreadRecord, bootNs: bigint): boolean {
  const stat = readProcFile(`${dir}/stat`);
  const open = stat?.indexOf('(') ?? -1;
  const close = stat?.lastIndexOf(')') ?? -1;
  if (stat === undefined || open < 0 || close < open) return false;
  const fields = stat.slice(close + 2).split(' ');
  const number = (index: number): number => Number(fields[index] ?? 0);
  // A zombie has no image any more, and no more events.
  if (fields[0] === 'Z' || fields[0] === 'X') return false;
  thread.comm = stat.slice(open + 1, close);
  thread.ptid = number(STAT.ppid);
  thread.pgid = number(STAT.pgrp);
  thread.sid = number(STAT.session);
  thread.tty = number(STAT.tty);
  thread.flags = number(STAT.flags);
  thread.minorFaults = number(STAT.minFlt);
  thread.majorFaults = number(STAT.majFlt);
  thread.startNs = number(STAT.start) * TICK_NS;
  thread.startIsCoarse = true;
  thread.cloneNs = bootNs + BigInt(thread.startNs);
  return true;
}

function isKernelThread(thread: ThreadRecord): boolean {
  return (thread.flags & PF_KTHREAD) !== 0;
}

function asKernelThread(thread: ThreadRecord): ThreadRecord {
  thread.flags = 0;
  thread.uid = 0;
  thread.gid = 0;
  thread.vpid = thread.pid;
  thread.vtid = thread.pid;
  thread.cwd = '/';
  thread.root = '/';
  return thread;
}

function readStatus(dir: string, thread: ThreadRecord): boolean {
  const status = readProcFile(`${dir}/status`);
  if (status === undefined || Number(statusValue(status, 'Tgid')) !== thread.pid) return false;
  thread.flags = 0;
  const ids = (key: string): readonly string[] => statusValue(status, key).split('\t');
  thread.uid = Number(ids('Uid')[1] ?? UNSET);
  thread.gid = Number(ids('Gid')[1] ?? UNSET);
  thread.vpid = Number(ids('NSpid').at(-1) || thread.pid);
  thread.vtid = thread.vpid;
  thread.vpgid = Number(ids('NSpgid').at(-1) || thread.pgid);
  thread.capInheritable = mask(statusValue(status, 'CapInh'));
  thread.capPermitted = mask(statusValue(status, 'CapPrm'));
  thread.capEffective = mask(statusValue(status, 'CapEff'));
  thread.vmSizeKb = Number.parseInt(statusValue(status, 'VmSize'), 10) || 0;
  thread.vmRssKb = Number.parseInt(statusValue(status, 'VmRSS'), 10) || 0;
  thread.vmSwapKb = Number.parseInt(statusValue(status, 'VmSwap'), 10) || 0;
  return true;
}

function statusValue(status: string, key: string): string {
  const start = status.indexOf(`\n${key}:\t`);
  if (start < 0) return '';
  const from = start + key.length + 3;
  const end = status.indexOf('\n', from);
  return status.slice(from, end < 0 ? undefined : end).trim();
}

function mask(hex: string): bigint {
  return /^[0-9a-f]+$/.test(hex) ? BigInt(`0x${hex}`) : 0n;
}

function readArguments(dir: string, thread: ThreadRecord): void {
  const line = readProcFile(`${dir}/cmdline`, PROC_ARGS_BYTES) ?? '';
  const [exe, ...args] = (line.endsWith('\0') ? line.slice(0, -1) : line).split('\0');
  thread.exe = exe ?? '';
  thread.args = args;
}

function readExecutable(dir: string, thread: ThreadRecord): void {
  const path = readLink(`${dir}/exe`);
  if (path === undefined) return;
  thread.exeFromMemfd = path.startsWith('/memfd:');
  thread.exePath = path.endsWith(' (deleted)') ? path.slice(0, -10) : path;
  try {
    const stat = statSync(`${dir}/exe`, { bigint: true });
    thread.exeIno = Number(stat.ino);
    thread.exeCtimeNs = stat.ctimeNs;
    thread.exeMtimeNs = stat.mtimeNs;
  } catch {
    // Gone meanwhile: the path alone is still worth having.
  }
}

/** `9:cpu,cpuacct:/x` and `0::/y` become `cpu=/x`, `cpuacct=/x`, `unified=/y`. */
export function cgroupBlob(text: string): string {
  const entries: string[] = [];
  for (const line of text.split('\n')) {
    const first = line.indexOf(':');
    const second = line.indexOf(':', first + 1);
    if (second < 0) continue;
    const path = line.slice(second + 1);
    const names = line.slice(first + 1, second) || 'unified';
    for (const name of names.split(',')) entries.push(`${name}=${path}`);
  }
  return entries.join('\0');
}
