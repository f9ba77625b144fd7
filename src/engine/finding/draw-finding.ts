import type { Terminal } from '#lib/terminal.ts';
import { fitWidth, textWidth, wrapWidth } from '#lib/text-width.ts';
import type { Finding, FindingContainer, FindingDrops } from '#model/finding.ts';
import type { Tier } from '#model/severity.ts';
import { drawTree } from './draw-tree.ts';

/**
 * A finding for somebody who was asleep a minute ago: when, how bad, what, where, who did it, what
 * next; the same places every time. The one warm colour is for what needs somebody now.
 */
export function drawFinding(finding: Finding, terminal: Terminal): string {
  const width = Math.min(Math.max(terminal.width, NARROWEST), WIDEST);
  const [message, details] = splitSentence(finding.sentence);
  const lines = [
    ...wrapWidth(message, width - INDENT.length).map((line) => INDENT + line),
    ...label(terminal, 'detail', wrapWidth(details, width - GUTTER).slice(0, DETAIL_LINES)),
    ...label(terminal, 'where', where(finding, width - GUTTER)),
    ...label(terminal, 'tree', drawTree(finding, terminal, width - GUTTER)),
    ...label(terminal, 'next', next(finding, width - GUTTER)),
    ...label(terminal, 'note', notes(finding, width - GUTTER)),
  ];
  return `${headline(finding, terminal, width)}\n${lines.join('\n')}\n\n`;
}

/** A finding told before whose count has grown: one line. */
export function drawUpdate(finding: Finding, terminal: Terminal): string {
  const { repeat, container } = finding;
  const width = Math.min(Math.max(terminal.width, NARROWEST), WIDEST);
  const [text = ''] = flow(
    [
      `×${repeat.count}  ${finding.rule}`,
      `since ${clock(repeat.firstTime)}`,
      ...(repeat.distinct > 1 ? [`${repeat.distinct} kinds`] : []),
      container === undefined ? sourceName(finding) : placeName(container),
      ...finding.tree.slice(-1).map((process) => process.comm),
    ],
    width - HEAD_COLUMNS,
  );
  return `${headlineStart({ time: repeat.lastTime, tier: finding.tier }, terminal)}${text}\n\n`;
}

/** In a narrower window the terminal breaks the lines. */
const NARROWEST = 60;
/** A line longer than this is hard to read, however wide the window. */
const WIDEST = 140;
const INDENT = '  ';
const GUTTER = 10;
const DETAIL_LINES = 4;
/** `02:47:31  ▲ ticket  ` */
const HEAD_COLUMNS = 20;

const TIERS: Readonly<Record<Tier, string>> = {
  page: '◆ page  ',
  ticket: '▲ ticket',
  log: '● log   ',
};

function headlineStart({ time, tier }: Pick<Finding, 'time' | 'tier'>, terminal: Terminal): string {
  return `${terminal.paint('dim', clock(time))}  ${paintTier(terminal, tier, TIERS[tier])}  `;
}

function headline(finding: Finding, terminal: Terminal, width: number): string {
  const rule = fitWidth(finding.rule, width - HEAD_COLUMNS);
  return headlineStart(finding, terminal) + terminal.paint('bold', rule);
}

function paintTier(terminal: Terminal, tier: Tier, text: string): string {
  switch (tier) {
    case 'page':
      return terminal.paint('yellow', terminal.paint('bold', text));
    case 'ticket':
      return terminal.paint('bold', text);
    case 'log':
      return terminal.paint('dim', text);
  }
}

/** `02:47:31`, in the machine's zone. */
function clock(isoTime: string): string {
  return new Date(isoTime).toTimeString().slice(0, 8);
}

/** Falco's rules put `key=value …` after a bar; here that is a line of its own. */
function splitSentence(sentence: string): [message: string, details: string] {
  const bar = sentence.indexOf(' | ');
  return bar < 0 ? [sentence, ''] : [sentence.slice(0, bar), sentence.slice(bar + 3)];
}

/** The name in the first line's margin, the rest below it. */
function label(terminal: Terminal, name: string, lines: readonly string[]): string[] {
  return lines
    .filter((line) => line !== '')
    .map((line, index) =>
      index === 0
        ? `${INDENT}${terminal.paint('dim', name.padEnd(GUTTER - INDENT.length))}${line}`
        : ' '.repeat(GUTTER) + line,
    );
}

function sourceName({ source }: Finding): string {
  return source === 'k8s_audit' ? 'audit log' : 'host';
}

function placeName({ namespace, pod, name, id }: FindingContainer): string {
  if (pod !== undefined) return namespace === undefined ? pod : `${namespace}/${pod}`;
  return name ?? id;
}

function where({ container, node, source }: Finding, columns: number): string[] {
  if (source === 'k8s_audit') return ['Kubernetes audit log'];
  if (container === undefined) return [fitWidth(`host ${node}`, columns)];
  const { name, id, image, digest, pod, runtime } = container;
  const named = name === undefined || name === id ? `container ${id}` : `container ${name} (${id})`;
  const place = pod === undefined ? [named] : [`pod ${placeName(container)}`, named];
  if (pod === undefined && runtime !== 'unknown') place.push(runtime);
  if (container.privileged === true) place.push('privileged');
  const built = [
    ...(image === undefined ? [] : [`image ${image}`]),
    ...(digest === undefined ? [] : [digest.slice(0, 'sha256:'.length + 12)]),
  ];
  return flow([...place, ...built, `node ${node}`], columns);
}

/** Parts joined by a dot, as many a line as fit; none is broken unless it is longer than a line. */
function flow(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const joined = last === undefined ? part : `${last} · ${part}`;
    if (last !== undefined && textWidth(joined) <= columns) lines[lines.length - 1] = joined;
    else lines.push(fitWidth(part, columns));
  }
  return lines;
}

function next({ runbook, techniques, id }: Finding, columns: number): string[] {
  const parts = [
    ...(runbook === undefined ? [] : [`runbook ${runbook}`]),
    ...techniques,
    `finding ${id.slice(0, 12)}`,
  ];
  return flow(parts, columns);
}

function notes({ incomplete, redacted, repeat }: Finding, columns: number): string[] {
  const lines: string[] = [];
  if (incomplete !== undefined) lines.push(...wrapWidth(incompleteNote(incomplete), columns));
  if (redacted !== undefined) {
    lines.push(redacted === 1 ? 'one secret was taken out' : `${redacted} secrets were taken out`);
  }
  if (repeat.count > 1) lines.push(`seen ${repeat.count} times since ${clock(repeat.firstTime)}`);
  return lines;
}

function incompleteNote({ lost, kinds }: FindingDrops): string {
  const named = Object.entries(kinds)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 4)
    .map(([kind, count]) => `${kind} ${count}`);
  return `may be incomplete: ${lost} events were lost in the minute before (${named.join(', ')})`;
}
