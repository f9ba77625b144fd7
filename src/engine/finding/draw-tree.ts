import { elideMiddle } from '#lib/elide-middle.ts';
import { formatAge } from '#lib/format-age.ts';
import type { Terminal } from '#lib/terminal.ts';
import { fitWidth, padWidth, textWidth, wrapWidth } from '#lib/text-width.ts';
import type { Finding, FindingProcess, ProcessMarker } from '#model/finding.ts';

/**
 * The process tree, one line a process: command, pid, user, how long it had run. The process that
 * made the call is last and marked ✗; its command may take more lines. A deep tree shows its ends.
 */
export function drawTree(finding: Finding, terminal: Terminal, columns: number): string[] {
  const { tree } = finding;
  if (tree.length === 0) return [];
  const at = Date.parse(finding.time);
  const rows = shorten(tree, finding.treeElided ?? 0);
  const users = rows.map((row) => (typeof row === 'number' ? 0 : textWidth(userName(row))));
  const layout = { columns, at, users: Math.min(Math.max(4, ...users), MOST_USER), terminal };
  const head = ' '.repeat(layout.columns - RIGHT - layout.users);
  const header = `${head}    pid  ${padWidth('user', layout.users)}     age`;
  return [
    terminal.paint('dim', header.trimEnd()),
    ...rows.flatMap((row, depth) => {
      if (typeof row === 'number') return [terminal.paint('dim', `${branch(depth)}… ${row} more`)];
      const isLast = depth === rows.length - 1;
      return drawProcess(row, { ...layout, depth, isLast, tier: finding.tier });
    }),
  ];
}

/** pid 7, age 8, the spaces between. */
const RIGHT = 17;
const MOST_USER = 12;
const NARROWEST_COMMAND = 12;
const MOST_ROWS = 10;
const LAST_ROWS = 6;
const COMMAND_LINES = 5;
/** Lines that a command is broken into before most of them are left out. */
const WRAPPED_MOST = 64;

/** A number stands for that many processes left out. */
function shorten(tree: readonly FindingProcess[], elided: number): (FindingProcess | number)[] {
  const [first, ...rest] = tree;
  if (first === undefined) return [];
  if (tree.length <= MOST_ROWS) return elided > 0 ? [first, elided, ...rest] : [...tree];
  const hidden = rest.length - LAST_ROWS;
  return [first, hidden + elided, ...rest.slice(hidden)];
}

interface Layout {
  readonly terminal: Terminal;
  readonly columns: number;
  readonly users: number;
  readonly at: number;
  readonly depth: number;
  readonly isLast: boolean;
  readonly tier: Finding['tier'];
}

function branch(depth: number): string {
  return depth === 0 ? '' : `${'  '.repeat(depth - 1)}└ `;
}

function drawProcess(process: FindingProcess, layout: Layout): string[] {
  const { terminal, columns, users, at, depth, isLast } = layout;
  const mark = isLast ? '✗ ' : '';
  const room = columns - RIGHT - users - 2;
  // A deep tree in a narrow window leaves room for the commands.
  const deepest = Math.max(1, Math.floor((room - NARROWEST_COMMAND) / 2));
  const indent = branch(Math.min(depth, deepest));
  const first = room - textWidth(indent) - mark.length;
  const commands = commandLines(process, first, isLast ? COMMAND_LINES : 1);
  const age = process.startedAt === undefined ? '' : formatAge(at - Date.parse(process.startedAt));
  const user = padWidth(fitWidth(userName(process), users), users);
  const right = `${String(process.pid).padStart(7)}  ${user} ${age.padStart(7)}`;
  return commands.map((command, index) => {
    const lead = index === 0 ? indent + mark : ' '.repeat(textWidth(indent) + mark.length);
    const filled = padWidth(command, room - textWidth(lead));
    const text = paintProcess(layout, process, { lead, command: index === 0 ? filled : command });
    return index === 0 ? `${text}  ${terminal.paint('dim', right.trimEnd())}` : text;
  });
}

function paintProcess(
  { terminal, isLast, tier }: Layout,
  process: FindingProcess,
  { lead, command }: { readonly lead: string; readonly command: string },
): string {
  if (process.markers.includes('outside')) return terminal.paint('dim', lead + command);
  if (!isLast) return terminal.paint('dim', lead) + command;
  const text = terminal.paint('bold', lead + command);
  return tier === 'page' ? terminal.paint('yellow', text) : text;
}

const NOTES: Partial<Record<ProcessMarker, string>> = {
  'container-init': 'container init',
  'kernel-thread': 'kernel thread',
  entered: 'from outside',
  'memfd-exe': 'from memory',
  'upper-layer-exe': 'not in the image',
};

/** The command as it was called, broken over at most `most` lines of `columns`. */
function commandLines(process: FindingProcess, columns: number, most: number): string[] {
  const notes = process.markers.flatMap((marker) => NOTES[marker] ?? []);
  const suffix = notes.length > 0 ? `  (${notes.join(', ')})` : '';
  const command = commandLine(process, most > 1);
  if (most === 1 || textWidth(command + suffix) <= columns) {
    const room = Math.max(8, columns - textWidth(suffix));
    return [fitWidth(fitWidth(command, room) + suffix, columns)];
  }
  return cutLines(command, columns, most).concat(suffix === '' ? [] : [suffix.trim()]);
}

/** Broken where arguments end; the middle of very long ones is left out, saying how much. */
function cutLines(text: string, columns: number, most: number): string[] {
  const lines = wrapWidth(elideMiddle(text, columns * WRAPPED_MOST), columns);
  if (lines.length <= most) return lines;
  const hidden = lines.slice(most - 2, -1).join(' ').length;
  return [...lines.slice(0, most - 2), `…[${hidden} more]…`, ...lines.slice(-1)];
}

/** The path where it matters; for ancestors the name they were called by. */
function commandLine(process: FindingProcess, full: boolean): string {
  const { exe, comm, arg0, args } = process;
  const called =
    arg0 === undefined ? undefined : elideMiddle(quoteArg(baseName(arg0)), LONGEST_NAME);
  if (!full) return [called ?? (baseName(exe) || comm), ...args.map(quoteArg)].join(' ');
  const alias = called === undefined ? [] : ['as', called];
  return [exe || comm, ...alias, ...args.map(quoteArg)].join(' ');
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const LONGEST_NAME = 40;

/** As a shell would have it, so that it is seen where one argument ends. */
function quoteArg(arg: string): string {
  if (arg === '') return "''";
  if (!/[\s"'`$&|;<>(){}*?!\\#]/.test(arg)) return arg;
  return arg.includes("'") ? `"${arg.replaceAll('"', '\\"')}"` : `'${arg}'`;
}

function userName({ user, uid }: FindingProcess): string {
  return user ?? String(uid);
}
