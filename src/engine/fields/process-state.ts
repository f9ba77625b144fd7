import type { Evaluation } from '#model/evaluation.ts';
import { eventId } from '#model/event-schema.ts';
import type { Thread } from '#model/process.ts';
import type { FieldRow } from './define.ts';
import { defineFields } from './define.ts';
import { eventFdOf, fdTypeName } from './event-fd.ts';
import type { FieldDef } from './field.ts';
import { LIVE, ofParent, ofThread as own, PARENT } from './of-process.ts';
import { paramBigint } from './param-value.ts';

/** Fields of the process that are no names and ids: times, its executable file, memory, fds. */

/** Time passed since; not set where the start is not known. */
function since(ctx: Evaluation, startNs: bigint | undefined): bigint | undefined {
  return startNs === undefined || startNs === 0n ? undefined : ctx.timeNs - startNs;
}

function nonZero(ns: bigint): bigint | undefined {
  return ns === 0n ? undefined : ns;
}

/** Process start after the file's last change. */
function changedBeforeStart(thread: Thread): bigint | undefined {
  if (thread.cloneNs === 0n || thread.exeCtimeNs === 0n) return undefined;
  return nonZero(thread.cloneNs - thread.exeCtimeNs);
}

/** The file's change after the start of its pid namespace: a change inside a running container. */
function changedInNamespace(thread: Thread): bigint | undefined {
  if (thread.pidnsInitStartNs === 0n || thread.exeCtimeNs <= thread.pidnsInitStartNs)
    return undefined;
  return thread.exeCtimeNs - thread.pidnsInitStartNs;
}

const STATE_ROWS: readonly FieldRow[] = [
  [
    'proc.duration',
    'RELTIME',
    'Nanoseconds since the process started.',
    (c) => since(c, c.thread?.cloneNs),
    { scope: 'event', cost: 90 },
  ],
  [
    'proc.ppid.duration',
    'RELTIME',
    'Nanoseconds since the parent started.',
    (c) => since(c, c.thread && c.state.parent(c.thread)?.cloneNs),
    { scope: 'event', cost: 110 },
  ],
  [
    'proc.pid.ts',
    'RELTIME',
    'When the process started, nanoseconds since 1970.',
    own((t) => nonZero(t.cloneNs)),
  ],
  [
    'proc.ppid.ts',
    'RELTIME',
    'When the parent started, nanoseconds since 1970.',
    ofParent((p) => p.cloneNs),
    PARENT,
  ],
  [
    'proc.is_exe_writable',
    'BOOL',
    'Whether its user may write the executable file.',
    own((t) => t.exeWritable),
  ],
  [
    'proc.is_exe_upper_layer',
    'BOOL',
    "Whether the executable file is not of the image: on the overlay's upper layer.",
    own((t) => t.exeUpperLayer),
  ],
  [
    'proc.is_exe_lower_layer',
    'BOOL',
    "Whether the executable file is on an overlay's lower layer.",
    own((t) => t.exeLowerLayer),
  ],
  [
    'proc.is_exe_from_memfd',
    'BOOL',
    'Whether the executable is a file in memory alone.',
    own((t) => t.exeFromMemfd),
  ],
  ['proc.is_sid_leader', 'BOOL', 'Whether it leads its session.', own((t) => t.sid === t.vpid)],
  [
    'proc.is_vpgid_leader',
    'BOOL',
    'Whether it leads its process group, seen from its pid namespace.',
    own((t) => t.vpgid === t.vpid),
  ],
  [
    'proc.is_pgid_leader',
    'BOOL',
    'Whether it leads its process group.',
    own((t) => t.pgid === t.pid),
  ],
  [
    'proc.exe_ino',
    'INT64',
    'Inode of the executable file.',
    own((t) => (t.exeIno === 0 ? undefined : t.exeIno)),
  ],
  [
    'proc.exe_ino.ctime',
    'ABSTIME',
    'Last change of the executable file or its inode.',
    own((t) => nonZero(t.exeCtimeNs)),
  ],
  [
    'proc.exe_ino.mtime',
    'ABSTIME',
    "Last change of the executable file's content.",
    own((t) => nonZero(t.exeMtimeNs)),
  ],
  [
    'proc.exe_ino.ctime_duration_proc_start',
    'ABSTIME',
    "Nanoseconds from that change to the process's start.",
    own(changedBeforeStart),
    { cost: 40 },
  ],
  [
    'proc.exe_ino.ctime_duration_pidns_start',
    'ABSTIME',
    "Nanoseconds from the pid namespace's start to that change.",
    own(changedInNamespace),
    { cost: 40 },
  ],
  [
    'proc.pidns_init_start_ts',
    'UINT64',
    'When the pid namespace started.',
    own((t) => nonZero(t.pidnsInitStartNs)),
    { type: 'bigint' },
  ],
  [
    'proc.fdopencount',
    'UINT64',
    'How many fds are open, where a capture tells it.',
    (c) => (c.thread ? c.state.leader(c.thread).fds?.size : undefined),
    LIVE,
  ],
  ['proc.fdlimit', 'INT64', 'How many fds the process may open.', own((t) => t.fdLimit)],
  ['proc.fdusage', 'DOUBLE', 'Open fds in per cent of that limit.', fdUsage, LIVE],
  [
    'proc.vmsize',
    'UINT64',
    'Virtual memory in KiB, at the last event that told it.',
    own((t) => t.vmSizeKb),
    LIVE,
  ],
  ['proc.vmrss', 'UINT64', 'Resident memory in KiB, likewise.', own((t) => t.vmRssKb), LIVE],
  ['proc.vmswap', 'UINT64', 'Swapped memory in KiB, likewise.', own((t) => t.vmSwapKb), LIVE],
  [
    'proc.nthreads',
    'UINT64',
    'How many threads live.',
    (c) => (c.thread ? c.state.threadCount(c.thread) : undefined),
    LIVE,
  ],
  ['proc.nchilds', 'UINT64', 'How many of those are not the leading one.', otherThreads, LIVE],
  ...['stdin', 'stdout', 'stderr'].flatMap((name, num) => standardFd(name, num)),
];

/** Only a capture has whole fd tables. */
function fdUsage(ctx: Evaluation): number | undefined {
  const leader = ctx.thread && ctx.state.leader(ctx.thread);
  if (leader?.fds === undefined || leader.fdLimit <= 0) return undefined;
  return (leader.fds.size * 100) / leader.fdLimit;
}

/** Falco's word for threads is children. */
function otherThreads(ctx: Evaluation): number | undefined {
  return ctx.thread === undefined ? undefined : Math.max(0, ctx.state.threadCount(ctx.thread) - 1);
}

function standardFd(name: string, num: number): readonly FieldRow[] {
  const fd = (ctx: Evaluation) => eventFdOf(ctx, num);
  return [
    [
      `proc.${name}.type`,
      'CHARBUF',
      `Kind of fd ${num}, where a capture tells it.`,
      (c) => {
        const of = fd(c);
        return of && fdTypeName(of);
      },
      LIVE,
    ],
    [
      `proc.${name}.name`,
      'CHARBUF',
      `Name of fd ${num}, where a capture tells it.`,
      (c) => fd(c)?.name,
      LIVE,
    ],
  ];
}

const OWN_ROWS: readonly FieldRow[] = [
  [
    'proc.is_container_init',
    'BOOL',
    'Whether it is the first process of its container.',
    own((t) => t.isContainerInit),
  ],
  [
    'proc.is_kthread',
    'BOOL',
    'Whether it is a thread of the kernel.',
    own(isKernelThread),
    { cost: 5 },
  ],
  [
    'proc.name_is_kthread_like',
    'BOOL',
    "Whether it bears a kernel thread's name without being one.",
    own((t) => KERNEL_NAME.test(t.comm) && !isKernelThread(t)),
    { cost: 40 },
  ],
  [
    'proc.exe_age',
    'UINT64',
    "Seconds between the last change of the executable file's content and its execution.",
    own(exeAge),
    { cost: 40 },
  ],
  [
    'proc.exe_ctime_age',
    'UINT64',
    'Seconds between the last change of the executable file or its inode and its execution.',
    own(exeInodeAge),
    { cost: 40 },
  ],
  [
    'proc.exec_count',
    'UINT64',
    'How many images it had before, as far as they are kept.',
    own((t) => t.history.length),
  ],
  [
    'proc.forked_by',
    'CHARBUF',
    'Name of the process that forked it, whoever its parent is now.',
    own((t) => t.forkedBy?.comm),
  ],
  [
    'proc.cpu_pct',
    'UINT64',
    'Per cent of one processor that it used of late; only on procinfo events, which tell of those ' +
      'that use much.',
    (ctx) => (ctx.evt.type === PROCINFO ? processorUse(ctx) : undefined),
    { ...LIVE, forType: (type) => (type === PROCINFO ? undefined : { constant: undefined }) },
  ],
];

const PROCINFO = eventId('procinfo_e');
/** The live event's two parameters are ns of processor time in an average second. */
const PER_CENT_NS = 10_000_000n;

function processorUse(ctx: Evaluation): number | undefined {
  const [user, system] = [paramBigint(ctx.evt, 0), paramBigint(ctx.evt, 1)];
  if (user === undefined || system === undefined) return undefined;
  return Number((user + system) / PER_CENT_NS);
}

const KTHREADD = 2;

/** Kernel threads are kthreadd's children, and none of them has a file. */
function isKernelThread(thread: Thread): boolean {
  return thread.pid === KTHREADD || (thread.ptid === KTHREADD && thread.exePath === '');
}

// Names in brackets as ps shows kernel threads, and the names that they really have.
const KERNEL_NAMES = [
  String.raw`\[.*`,
  String.raw`k(worker|softirqd|threadd|swapd|compactd|auditd|blockd|devtmpfs)\d*([/:].*)?`,
  'k(integrityd|hugepaged|hungtaskd|smd|throtld)',
  '(migration|cpuhp|idle_inject|irq|jbd2|watchdog)/.*',
  String.raw`rcu_\w+|rcu[bcop]+/\d+|oom_reaper|scsi_eh_\d+|writeback`,
];
const KERNEL_NAME = new RegExp(`^(${KERNEL_NAMES.join('|')})$`);

function seconds(fromNs: bigint, toNs: bigint): number | undefined {
  if (fromNs === 0n || toNs === 0n) return undefined;
  return Math.max(0, Number((toNs - fromNs) / 1_000_000_000n));
}

/**
 * How fresh a program is when it runs: a file that was written seconds ago is what droppers leave.
 * Taken at exec, so it does not grow while the process lives.
 */
function exeAge(thread: Thread): number | undefined {
  return seconds(thread.exeMtimeNs, thread.execNs);
}

/** A time of content can be set by anyone (touch -t), that of the inode cannot. */
function exeInodeAge(thread: Thread): number | undefined {
  return seconds(thread.exeCtimeNs, thread.execNs);
}

export const PROCESS_STATE_FIELDS: readonly FieldDef[] = [
  ...defineFields({ scope: 'process', cost: 6 }, STATE_ROWS),
  ...defineFields({ scope: 'process', cost: 6, own: true }, OWN_ROWS),
];
