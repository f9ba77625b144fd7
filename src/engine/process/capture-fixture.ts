/** A captured machine for tests, one event at a time. */
import type { FixtureEvent } from '#engine/fields/event-fixture.ts';
import { encodeEvent } from '#engine/fields/event-fixture.ts';
import { COPY_SLACK } from '#lib/copy-bytes.ts';
import type { ThreadEntry } from '#model/capture-tables.ts';
import { Evaluation } from '#model/evaluation.ts';
import { CaptureProcesses } from './capture-processes.ts';

const ABSENT = {
  sid: undefined,
  vpgid: undefined,
  pgid: undefined,
  env: undefined,
  root: undefined,
  tty: undefined,
  loginUid: undefined,
  vmSizeKb: undefined,
  vmRssKb: undefined,
  vmSwapKb: undefined,
  majorFaults: undefined,
  minorFaults: undefined,
  pidnsInitStartNs: undefined,
  exeWritable: undefined,
  capInheritable: undefined,
  capPermitted: undefined,
  capEffective: undefined,
  exeUpperLayer: undefined,
  exeLowerLayer: undefined,
  exeFromMemfd: undefined,
  exeIno: undefined,
  exeCtimeNs: undefined,
  exeMtimeNs: undefined,
} as const;

/** A process of the list, as far as it is not said otherwise. */
export function entry(facts: Partial<ThreadEntry> & { readonly tid: number }): ThreadEntry {
  const pid = facts.pid ?? facts.tid;
  const comm = facts.comm ?? `p${pid}`;
  return {
    ...ABSENT,
    pid,
    ptid: 1,
    vtid: facts.tid,
    vpid: pid,
    comm,
    exe: comm,
    exePath: `/bin/${comm}`,
    args: '',
    cwd: '/home',
    fdLimit: 1024,
    flags: 0,
    uid: 0,
    gid: 0,
    cgroups: '',
    ...facts,
  };
}

export class CapturedMachine {
  readonly state: CaptureProcesses;
  readonly ctx: Evaluation;

  constructor(entries: readonly ThreadEntry[] = [], maxThreads?: number) {
    this.state = new CaptureProcesses(maxThreads);
    this.state.section();
    for (const each of entries) this.state.threadEntry(each);
    this.ctx = new Evaluation(this.state);
  }

  apply(event: FixtureEvent): Evaluation {
    this.ctx.evt.over(Buffer.concat([encodeEvent(event), Buffer.alloc(COPY_SLACK)])).at(0);
    this.ctx.evtNum++;
    this.state.apply(this.ctx);
    return this.ctx;
  }

  /** The parent's event of a clone, and the child's. */
  clone(parent: number, child: number, flags = 0): void {
    const comm = this.state.threads.find(parent)?.comm ?? '';
    const told = { tid: parent, pid: parent, vtid: parent, vpid: parent, comm };
    this.apply({ type: CLONE, tid: parent, params: { res: child, flags, ...told } });
  }

  exec(tid: number, exe: string, params: FixtureEvent['params'] = {}): void {
    const comm = exe.slice(exe.lastIndexOf('/') + 1);
    const told = { res: 0, exe, comm, tid, pid: tid, trusted_exepath: exe, cwd: '/' };
    this.apply({ type: 'syscall_execve_19_x', tid, params: { ...told, ...params } });
  }

  exit(tid: number): void {
    this.apply({ type: 'procexit_1_e', tid, params: { status: 0 } });
  }

  open(tid: number, fd: number, name: string, flags = 1): Evaluation {
    return this.apply({ type: 'syscall_open_x', tid, params: { fd, name, flags } });
  }

  close(tid: number, fd: number): Evaluation {
    return this.apply({ type: 'syscall_close_x', tid, params: { res: 0, fd } });
  }

  /** Names of a process's open files by number. */
  files(tid: number): Record<number, string> {
    const fds = this.state.threads.find(tid)?.fds ?? new Map();
    return Object.fromEntries([...fds].map(([num, { name }]) => [num, name]));
  }

  /** The names of a process and of those above it. */
  ladder(tid: number): string {
    const names: string[] = [];
    let at = this.state.thread(tid);
    for (; at !== undefined && names.length < 10; at = this.state.parent(at)) names.push(at.comm);
    return names.join(' ');
  }
}

const CLONE = 'syscall_clone_20_x';
