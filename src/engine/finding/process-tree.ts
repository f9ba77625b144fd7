import { toPrintable } from '#lib/byte-string.ts';
import { elideMiddle } from '#lib/elide-middle.ts';
import type { Container } from '#model/container.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { FindingImage, FindingProcess, ProcessMarker } from '#model/finding.ts';
import {
  FINDING_ARGS_CHARS,
  FINDING_HISTORY_MAX,
  FINDING_OUTSIDE_MAX,
  FINDING_TREE_MAX,
} from '#model/limits.ts';
import type { Thread } from '#model/process.ts';
import type { Redactor } from './redact.ts';
import { ttyName } from './tty-name.ts';

export interface ProcessTree {
  /** The process that made the call is last. */
  readonly processes: readonly FindingProcess[];
  /** Left out between the first and the rest. */
  readonly elided: number;
}

/**
 * The processes from the container's init (or the host's) to the one that made the call, along who
 * really forked whom: reparenting does not hide an ancestor. What was started in a container from
 * outside (`kubectl exec`, nsenter) has a few of those outside shown.
 */
export function processTree(ctx: Evaluation, redactor: Redactor): ProcessTree {
  if (ctx.thread === undefined) return { processes: [], elided: 0 };
  const chain = ancestors(ctx, ctx.state.leader(ctx.thread));
  const elided = Math.max(0, chain.length - FINDING_TREE_MAX);
  if (elided > 0) chain.splice(FINDING_TREE_MAX - 1, elided);
  const container = ctx.thread.container;
  const processes = chain.map((thread, index) => {
    const forker = chain[index + 1];
    const entered =
      forker !== undefined && isInside(thread, container) && !isInside(forker, container);
    return describe(ctx, thread, { redactor, entered, container });
  });
  return { processes: processes.reverse(), elided };
}

/** From the process upwards. */
function ancestors(ctx: Evaluation, process: Thread): Thread[] {
  const chain = [process];
  const seen = new Set(chain);
  const { container } = process;
  let outside = 0;
  let at = process;
  while (!startsTree(at, container)) {
    const next = at.forkedBy ?? ctx.state.parent(at);
    const above = next === undefined ? undefined : ctx.state.leader(next);
    if (above === undefined || seen.has(above) || above.pid === 0) break;
    if (!isInside(above, container) && ++outside > FINDING_OUTSIDE_MAX) break;
    chain.push(above);
    seen.add(above);
    at = above;
    // A damaged table may hold a very long chain; nothing sensible does.
    if (chain.length >= FINDING_TREE_MAX * 8) break;
  }
  return chain;
}

function isInside(thread: Thread, container: Container): boolean {
  return thread.container.fullId === container.fullId;
}

function isHost(container: Container): boolean {
  return container.fullId === '';
}

function startsTree(thread: Thread, container: Container): boolean {
  if (thread.pid === 1 || thread.pid === 2) return true;
  return !isHost(container) && isInside(thread, container) && thread.isContainerInit;
}

interface Around {
  readonly redactor: Redactor;
  readonly entered: boolean;
  readonly container: Container;
}

function describe(ctx: Evaluation, thread: Thread, around: Around): FindingProcess {
  const { redactor } = around;
  const user = ctx.state.userName(thread.uid, thread);
  const tty = ttyName(thread.tty);
  const startedAt = startTime(ctx, thread);
  return {
    pid: thread.pid,
    ...(thread.vpid > 0 && thread.vpid !== thread.pid ? { vpid: thread.vpid } : {}),
    comm: toPrintable(thread.comm),
    exe: toPrintable(redactor.text(thread.exePath || thread.exe)),
    ...(hasOtherName(thread) ? { arg0: toPrintable(redactor.text(thread.exe)) } : {}),
    args: printableArgs(redactor, thread.exe, thread.args),
    uid: thread.uid,
    ...(user === undefined || user === '' ? {} : { user: toPrintable(user) }),
    ...(thread.loginUid >= 0 && thread.loginUid < NO_UID ? { loginUid: thread.loginUid } : {}),
    ...(tty === undefined ? {} : { tty }),
    ...(startedAt === undefined ? {} : { startedAt }),
    markers: markers(thread, around),
    ...(thread.history.length === 0 ? {} : { was: images(redactor, thread) }),
  };
}

/** A login shell's dash is no other name. */
function hasOtherName({ exe, exePath }: Thread): boolean {
  return exe !== '' && exePath !== '' && nameOf(exe).replace(/^-/, '') !== nameOf(exePath);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const NO_UID = 0xffff_ffff;

function images(redactor: Redactor, thread: Thread): FindingImage[] {
  return thread.history.slice(0, FINDING_HISTORY_MAX).map((image) => ({
    comm: toPrintable(image.comm),
    exe: toPrintable(redactor.text(image.exePath)),
    args: printableArgs(redactor, image.exePath, image.args),
  }));
}

/** Redacted, made printable, and elided so that all together stay within bounds. */
function printableArgs(redactor: Redactor, program: string, args: readonly string[]): string[] {
  const printable = redactor.args(program, args).map(toPrintable);
  const length = printable.reduce((sum, arg) => sum + arg.length + 1, 0);
  if (length <= FINDING_ARGS_CHARS) return printable;
  return elideArgs(printable);
}

/** Long arguments lose their middle first; then the middle ones of very many go. */
function elideArgs(args: readonly string[]): string[] {
  const most = 32;
  const each = Math.floor(FINDING_ARGS_CHARS / Math.min(args.length, most));
  const shorter = args.length <= most ? args : [...args.slice(0, 22), '', ...args.slice(-9)];
  return shorter.map((arg, index) =>
    args.length > most && index === 22
      ? `…[${args.length - most + 1} more arguments]…`
      : elideMiddle(arg, each),
  );
}

function markers(thread: Thread, { entered, container }: Around): ProcessMarker[] {
  const inside = isInside(thread, container);
  const marks: readonly (readonly [ProcessMarker, boolean])[] = [
    ['host-init', thread.pid === 1],
    ['kernel-thread', thread.pid === 2 || (thread.ptid === 2 && thread.exePath === '')],
    ['container-init', inside && !isHost(container) && thread.isContainerInit],
    ['entered', entered && !thread.isContainerInit],
    ['outside', !inside],
    ['exited', thread.exited],
    ['memfd-exe', thread.exeFromMemfd],
    ['upper-layer-exe', thread.exeUpperLayer],
  ];
  return marks.filter(([, holds]) => holds).map(([marker]) => marker);
}

/** Live processes know when they started since boot; those of a capture when they were cloned. */
function startTime(ctx: Evaluation, thread: Thread): string | undefined {
  const ns =
    ctx.evt.isLive && thread.startNs > 0
      ? BigInt(Math.round(thread.startNs)) + ctx.clockOffsetNs
      : thread.cloneNs;
  return ns > 0n ? new Date(Number(ns / 1_000_000n)).toISOString() : undefined;
}
