import type { Evaluation } from '#model/evaluation.ts';
import type { Thread } from '#model/process.ts';
import type { FieldRow } from './define.ts';
import { defineFields } from './define.ts';
import type { Extract, FieldDef } from './field.ts';
import { ofThread as own } from './of-process.ts';
import { CAPABILITY_NAMES } from './tables/capability-names.ts';

/** Fields of the single thread. */

const capabilityText = new Map<bigint, string>();

/** Names with a space between them, lowest bit first. Few sets exist on a machine: each is kept. */
function capabilities(set: bigint): string {
  const known = capabilityText.get(set);
  if (known !== undefined) return known;
  const text = CAPABILITY_NAMES.filter((_, bit) => (set >> BigInt(bit)) & 1n).join(' ');
  // A capture that lies may hold any number of sets.
  if (capabilityText.size < 1000) capabilityText.set(set, text);
  return text;
}

function cgroupsText(thread: Thread): string | undefined {
  const text = thread.cgroups.replace(/\0+$/, '').replaceAll('\0', ' ');
  return text === '' ? undefined : text;
}

/** The path in one hierarchy: `thread.cgroup.memory`. */
const cgroup: Extract = (ctx, subsystem) => {
  const wanted = `${subsystem}=`;
  const entry = ctx.thread?.cgroups.split('\0').find((text) => text.startsWith(wanted));
  return entry?.slice(wanted.length);
};

const isMain = (thread: Thread): boolean => thread.tid === thread.pid;

/** Memory is the process's: only its leading thread shows it, so that sums count it once. */
function ofMain(value: (thread: Thread) => number): Extract {
  return own((thread) => (isMain(thread) ? value(thread) : 0));
}

function known(id: number): number | undefined {
  return id === -1 ? undefined : id;
}

const LIVE = { scope: 'event' } as const;

const ROWS: readonly FieldRow[] = [
  [
    'thread.cap_permitted',
    'CHARBUF',
    'Capabilities that it may take up, by name.',
    own((t) => capabilities(t.capPermitted)),
    { cost: 30 },
  ],
  [
    'thread.cap_inheritable',
    'CHARBUF',
    'Capabilities that it passes on, by name.',
    own((t) => capabilities(t.capInheritable)),
    { cost: 30 },
  ],
  [
    'thread.cap_effective',
    'CHARBUF',
    'Capabilities that it has now, by name.',
    own((t) => capabilities(t.capEffective)),
    { cost: 30 },
  ],
  [
    'thread.pfmajor',
    'UINT64',
    'Page faults that needed the disk.',
    own((t) => t.majorFaults),
    LIVE,
  ],
  ['thread.pfminor', 'UINT64', 'Page faults that did not.', own((t) => t.minorFaults), LIVE],
  ['thread.tid', 'INT64', 'Id of the thread.', (c) => c.thread?.tid ?? c.evt.tid],
  ['thread.ismain', 'BOOL', "Whether it is the process's leading thread.", own(isMain)],
  ['thread.vtid', 'INT64', 'Id of the thread in its own pid namespace.', own((t) => known(t.vtid))],
  [
    'thread.nametid',
    'CHARBUF',
    'Name and id of the thread in one text.',
    (c: Evaluation) => c.thread && c.thread.comm + c.evt.tid,
    { ...LIVE, outputOnly: true },
  ],
  [
    'thread.exectime',
    'RELTIME',
    'Time on the CPU; told by switch events, which are not evaluated.',
    () => 0n,
    LIVE,
  ],
  ['thread.totexectime', 'RELTIME', 'The sum of thread.exectime.', () => 0n, LIVE],
  ['thread.cgroups', 'CHARBUF', 'All its control groups.', own(cgroupsText), { cost: 200 }],
  [
    'thread.cgroup',
    'CHARBUF',
    'Its control group of one subsystem.',
    cgroup,
    { arg: 'required', argKind: 'key', dotted: true, cost: 300 },
  ],
  [
    'thread.vmsize',
    'UINT64',
    'Virtual memory in KiB; 0 where it does not lead.',
    ofMain((t) => t.vmSizeKb),
    LIVE,
  ],
  [
    'thread.vmrss',
    'UINT64',
    'Resident memory in KiB; 0 where it does not lead.',
    ofMain((t) => t.vmRssKb),
    LIVE,
  ],
];

export const THREAD_FIELDS: readonly FieldDef[] = defineFields({ scope: 'process', cost: 6 }, ROWS);
