import type { Evaluation } from '#model/evaluation.ts';
import type { Thread } from '#model/process.ts';
import type { FieldOptions, FieldRow } from './define.ts';
import { checkIndex, defineFields } from './define.ts';
import type { Extract, FieldDef, FieldScalar } from './field.ts';
import { LIVE, ofParent, ofThread as own, PARENT } from './of-process.ts';
import {
  ancestorAt,
  ancestors,
  commandLine,
  environmentText,
  environmentValue,
  exeLine,
  groupLeader,
  joinedArgs,
  loginShell,
} from './process-text.ts';

/** Fields of the process and its relatives. */

/** Without an argument every ancestor's, with one that ancestor's. */
function ofAncestor(value: (thread: Thread) => FieldScalar): Extract {
  return (ctx, arg) => {
    if (arg !== '') {
      const ancestor = ancestorAt(ctx, Number(arg));
      return ancestor === undefined ? undefined : value(ancestor);
    }
    const chain = ancestors(ctx);
    return chain.length === 0 ? undefined : chain.map(value);
  };
}

const CHAIN: FieldOptions = {
  arg: 'optional',
  argKind: 'index',
  several: 'chain',
  plainOnly: true,
  cost: 60,
  checkArg: checkIndex,
};
function validId(id: number): number | undefined {
  return id < -1 ? undefined : id;
}

function knownId(id: number): number | undefined {
  return id === -1 ? undefined : id;
}

/** Empty, not null, where the leader is not known: as Falco has it. */
function leaderOf(idOf: (thread: Thread) => number, value: (thread: Thread) => string): Extract {
  return (ctx) => {
    if (ctx.thread === undefined) return undefined;
    const leader = groupLeader(ctx, idOf);
    return leader === undefined ? '' : value(leader);
  };
}

const sid = (thread: Thread): number => thread.sid;
const vpgid = (thread: Thread): number => thread.vpgid;
const pgid = (thread: Thread): number => thread.pgid;

function environment(ctx: Evaluation, name: string): string | undefined {
  if (ctx.thread === undefined) return undefined;
  return name === '' ? environmentText(ctx.thread) : environmentValue(ctx.thread, name);
}

/** A position (an ancestor's environment), a name (the nearest ancestor that has it), or none. */
const ancestorEnvironment: Extract = (ctx, arg) => {
  if (arg === '' || /^\d+$/.test(arg)) {
    return arg === '0' ? environment(ctx, '') : ofAncestor(environmentText)(ctx, arg);
  }
  for (const ancestor of ancestors(ctx).slice(0, 20)) {
    const value = environmentValue(ancestor, arg);
    if (value !== '') return value;
  }
  return ctx.thread === undefined ? undefined : '';
};

/** All of them, or the one at a position (from 0, argv[0] not counted). */
const args: Extract = (ctx, arg) => {
  if (ctx.thread === undefined) return undefined;
  return arg === '' ? joinedArgs(ctx.thread) : ctx.thread.args[Number(arg)];
};

const NAME_ROWS: readonly FieldRow[] = [
  ['proc.exe', 'CHARBUF', 'argv[0] as the process was given it.', own((t) => t.exe)],
  ['proc.pexe', 'CHARBUF', 'argv[0] of the parent.', ofParent((p) => p.exe), PARENT],
  [
    'proc.aexe',
    'CHARBUF',
    'argv[0] of an ancestor: [1] the parent; without a position, any of them.',
    ofAncestor((t) => t.exe),
    CHAIN,
  ],
  ['proc.exepath', 'CHARBUF', 'Absolute path of the executable file.', own((t) => t.exePath)],
  [
    'proc.pexepath',
    'CHARBUF',
    'Executable file of the parent.',
    ofParent((p) => p.exePath),
    PARENT,
  ],
  [
    'proc.aexepath',
    'CHARBUF',
    'Executable file of an ancestor, or of any.',
    ofAncestor((t) => t.exePath),
    CHAIN,
  ],
  [
    'proc.name',
    'CHARBUF',
    "The kernel's name of the process, at most 15 bytes.",
    own((t) => t.comm),
  ],
  ['proc.pname', 'CHARBUF', 'Name of the parent.', ofParent((p) => p.comm), PARENT],
  ['proc.aname', 'CHARBUF', 'Name of an ancestor, or of any.', ofAncestor((t) => t.comm), CHAIN],
  [
    'proc.args',
    'CHARBUF',
    'Arguments after argv[0]; [n] one of them, from 0.',
    args,
    { arg: 'optional', argKind: 'index', checkArg: checkIndex, cost: 25 },
  ],
  [
    'proc.aargs',
    'CHARBUF',
    'Arguments of an ancestor, or of any.',
    ofAncestor(joinedArgs),
    { ...CHAIN, plainOnly: false },
  ],
  ['proc.cmdline', 'CHARBUF', 'Name and arguments.', own(commandLine), { cost: 40 }],
  [
    'proc.pcmdline',
    'CHARBUF',
    'Name and arguments of the parent.',
    ofParent(commandLine),
    { cost: 50 },
  ],
  [
    'proc.acmdline',
    'CHARBUF',
    'Name and arguments of an ancestor, or of any.',
    ofAncestor(commandLine),
    { ...CHAIN, cost: 120 },
  ],
  ['proc.cmdnargs', 'UINT64', 'How many arguments.', own((t) => t.args.length)],
  [
    'proc.cmdlenargs',
    'UINT64',
    'Length of all arguments together.',
    own((t) => t.args.reduce((sum, arg) => sum + arg.length, 0)),
    { cost: 20 },
  ],
  ['proc.exeline', 'CHARBUF', 'argv[0] and arguments.', own(exeLine), { cost: 40 }],
  [
    'proc.env',
    'CHARBUF',
    'All environment variables; [NAME] the value of one.',
    environment,
    { arg: 'optional', argKind: 'key', cost: 300 },
  ],
  [
    'proc.aenv',
    'CHARBUF',
    'Environment of an ancestor, of any, or a variable of the nearest that has it.',
    ancestorEnvironment,
    { ...CHAIN, argKind: 'either', checkArg: () => undefined, cost: 800 },
  ],
  ['proc.cwd', 'CHARBUF', 'Current directory.', own((t) => t.cwd)],
];

const ID_ROWS: readonly FieldRow[] = [
  [
    'proc.loginshellid',
    'INT64',
    'Pid of the eldest shell among the process and its ancestors.',
    (c) => loginShell(c)?.pid,
    { cost: 60 },
  ],
  ['proc.tty', 'UINT32', 'Controlling terminal, 0 for none.', own((t) => t.tty)],
  ['proc.pid', 'INT64', 'Process id.', own((t) => validId(t.pid))],
  ['proc.ppid', 'INT64', 'Process id of the parent.', ofParent((p) => validId(p.pid)), PARENT],
  ['proc.apid', 'INT64', 'Process id of an ancestor, or of any.', ofAncestor((t) => t.pid), CHAIN],
  ['proc.vpid', 'INT64', 'Process id in its own pid namespace.', own((t) => knownId(t.vpid))],
  [
    'proc.pvpid',
    'INT64',
    "The parent's process id in its own pid namespace.",
    ofParent((p) => p.vpid),
    PARENT,
  ],
  ['proc.sid', 'INT64', 'Session id.', own((t) => t.sid)],
  ['proc.sname', 'CHARBUF', "Name of the session's leader.", leaderOf(sid, (t) => t.comm), LIVE],
  [
    'proc.sid.exe',
    'CHARBUF',
    "argv[0] of the session's leader.",
    leaderOf(sid, (t) => t.exe),
    LIVE,
  ],
  [
    'proc.sid.exepath',
    'CHARBUF',
    "Executable file of the session's leader.",
    leaderOf(sid, (t) => t.exePath),
    LIVE,
  ],
  ['proc.vpgid', 'INT64', 'Process group in its own pid namespace.', own((t) => t.vpgid)],
  [
    'proc.vpgid.name',
    'CHARBUF',
    "Name of the process group's leader.",
    leaderOf(vpgid, (t) => t.comm),
    LIVE,
  ],
  [
    'proc.vpgid.exe',
    'CHARBUF',
    "argv[0] of the process group's leader.",
    leaderOf(vpgid, (t) => t.exe),
    LIVE,
  ],
  [
    'proc.vpgid.exepath',
    'CHARBUF',
    "Executable file of the process group's leader.",
    leaderOf(vpgid, (t) => t.exePath),
    LIVE,
  ],
  ['proc.pgid', 'INT64', 'Process group as the host sees it.', own((t) => t.pgid)],
  [
    'proc.pgid.name',
    'CHARBUF',
    "Name of that group's leader.",
    leaderOf(pgid, (t) => t.comm),
    LIVE,
  ],
  [
    'proc.pgid.exe',
    'CHARBUF',
    "argv[0] of that group's leader.",
    leaderOf(pgid, (t) => t.exe),
    LIVE,
  ],
  [
    'proc.pgid.exepath',
    'CHARBUF',
    "Executable file of that group's leader.",
    leaderOf(pgid, (t) => t.exePath),
    LIVE,
  ],
];

export const PROCESS_FIELDS: readonly FieldDef[] = defineFields({ scope: 'process', cost: 6 }, [
  ...NAME_ROWS,
  ...ID_ROWS,
]);
