import type { Evaluation } from '#model/evaluation.ts';
import type { Thread } from '#model/process.ts';

/** Texts derived from a process, and the walks that find its relatives. */

const joined = new WeakMap<readonly string[], string>();

/** Arguments with a space between them. Kept while the array lives: it is replaced at exec. */
export function joinedArgs(thread: Thread): string {
  const known = joined.get(thread.args);
  if (known !== undefined) return known;
  const text = thread.args.join(' ');
  joined.set(thread.args, text);
  return text;
}

/** Name and arguments. */
export function commandLine(thread: Thread): string {
  return thread.args.length === 0 ? thread.comm : `${thread.comm} ${joinedArgs(thread)}`;
}

/** argv[0] and arguments. */
export function exeLine(thread: Thread): string {
  return `${thread.exe} ${joinedArgs(thread)}`;
}

/** The environment with a space between variables. */
export function environmentText(thread: Thread): string {
  return thread.env.replace(/\0+$/, '').replaceAll('\0', ' ');
}

/** A variable's value; '' where it is not set. */
export function environmentValue(thread: Thread, name: string): string {
  const wanted = `${name}=`;
  for (const entry of thread.env.split('\0')) {
    if (entry.startsWith(wanted)) return entry.slice(wanted.length).trim();
  }
  return '';
}

// A chain of parents is followed this far: real ones are shallow, and a damaged capture may hold a
// cycle.
const CHAIN_MAX = 1000;

/** The leading thread's ancestors from the parent upwards. */
export function ancestors(ctx: Evaluation): Thread[] {
  const chain: Thread[] = [];
  if (ctx.thread === undefined) return chain;
  let at = ctx.state.parent(ctx.state.leader(ctx.thread));
  while (at !== undefined && chain.length < CHAIN_MAX) {
    chain.push(at);
    at = ctx.state.parent(at);
  }
  return chain;
}

/** 0 is the process itself (its leading thread), 1 its parent … */
export function ancestorAt(ctx: Evaluation, level: number): Thread | undefined {
  if (ctx.thread === undefined) return undefined;
  let at: Thread | undefined = ctx.state.leader(ctx.thread);
  for (let i = 0; i < level && at !== undefined; i++) at = ctx.state.parent(at);
  return at;
}

function isInPidNamespace(thread: Thread): boolean {
  return thread.tid !== thread.vtid && thread.vtid >= 0;
}

/**
 * The leader of a session or process group: the process with that id or, where ids are a
 * container's own or the leader is gone, the eldest ancestor that has the same id.
 */
export function groupLeader(ctx: Evaluation, idOf: (thread: Thread) => number): Thread | undefined {
  const thread = ctx.thread;
  if (thread === undefined) return undefined;
  const id = idOf(thread);
  if (id === -1) return undefined;
  if (!isInPidNamespace(thread)) {
    const leader = ctx.state.thread(id);
    if (leader !== undefined) return leader;
  }
  let eldest: Thread | undefined;
  for (const ancestor of ancestors(ctx)) {
    if (idOf(ancestor) !== id) break;
    eldest = ancestor;
  }
  return eldest;
}

/** The eldest shell among the process and its ancestors: whose name ends in `sh`. */
export function loginShell(ctx: Evaluation): Thread | undefined {
  const leader = ancestorAt(ctx, 0);
  let shell = leader?.comm.endsWith('sh') ? leader : undefined;
  for (const ancestor of ancestors(ctx)) {
    if (ancestor.comm.endsWith('sh')) shell = ancestor;
  }
  return shell;
}
