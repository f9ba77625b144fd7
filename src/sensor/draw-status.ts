import { formatBytes } from '#lib/format-bytes.ts';
import { formatDuration } from '#lib/format-duration.ts';
import type { Terminal } from '#lib/terminal.ts';
import { fitWidth, padWidth, textWidth, wrapWidth } from '#lib/text-width.ts';
import type { KindStatus, OutputStatus, RecorderStatus, SensorStatus } from '#model/wire.ts';

/** A sensor on one screen: is all well, what it watches, what it lost, what it costs. */
export function drawStatus(status: SensorStatus, terminal: Terminal): string {
  const width = Math.min(terminal.width, WIDEST);
  const { rules, events, findings } = status;
  const cpu = `${(status.cpuShare * 100).toFixed(1)} % of a core`;
  const rows: readonly (readonly [string, string])[] = [
    ['up', `${formatDuration(status.uptimeMs)}, since ${status.startedAt.slice(0, 19)}Z`],
    ['rules', rulesText(rules)],
    ['events', `${perSecond(events.perSecond)} now, ${count(events.total)} in all`],
    ['lost', lostText(status)],
    ['findings', findingsText(findings)],
    ['watches', `${count(status.processes)} processes, ${containersText(status)}`],
    ['costs', `${formatBytes(status.residentBytes)} resident, ${cpu}`],
    ...(status.recorder ? [['records', recorderText(status.recorder)] as const] : []),
    ...status.outputs.map((output) => [`to ${output.name}`, outputText(output)] as const),
  ];
  const lines = [
    headline(status, terminal),
    ...status.troubles.flatMap((trouble) => troubleLines(trouble, terminal, width)),
    '',
    ...rows.flatMap(([name, text]) =>
      wrapWidth(text, width - GUTTER).map((line, index) =>
        index === 0
          ? `  ${terminal.paint('dim', name.padEnd(GUTTER - 2))}${line}`
          : ' '.repeat(GUTTER) + line,
      ),
    ),
    '',
    ...drawKinds(status.kinds, terminal, width),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

const WIDEST = 100;
const GUTTER = 12;

function headline({ node, pid, version, troubles }: SensorStatus, terminal: Terminal): string {
  const state = troubles.length === 0 ? terminal.paint('green', 'all well') : 'not all well';
  return `${terminal.paint('bold', `midwatch ${version}`)} on ${node} (pid ${pid}): ${state}`;
}

function troubleLines(trouble: string, terminal: Terminal, width: number): string[] {
  return wrapWidth(trouble, width - 4).map((line, index) =>
    terminal.paint('yellow', `${index === 0 ? '  ▲ ' : '    '}${line}`),
  );
}

function rulesText(rules: SensorStatus['rules']): string {
  const files = rules.files.length === 1 ? 'one file' : `${rules.files.length} files`;
  const changed = rules.reloads === 0 ? '' : `, reloaded ${rules.reloads} times`;
  return `${rules.loaded} from ${files}, loaded ${rules.loadedAt.slice(11, 19)}Z${changed}`;
}

function lostText({ events }: SensorStatus): string {
  if (events.lost === 0) return 'nothing';
  return `${perSecond(events.lostPerSecond)} now, ${count(events.lost)} in all`;
}

function findingsText({ found, told, folded, tiers }: SensorStatus['findings']): string {
  if (found === 0) return 'none';
  const kinds = `${tiers.page} page, ${tiers.ticket} ticket, ${tiers.log} log`;
  return `${count(found)}: ${kinds}; ${count(told)} told, ${count(folded)} counted with them`;
}

function containersText({ containers }: SensorStatus): string {
  if (containers.length === 0) return 'no container';
  const names = containers
    .slice(0, NAMED_CONTAINERS)
    .map((container) => container.pod ?? container.name ?? container.id);
  const rest = containers.length - names.length;
  const more = rest > 0 ? ` and ${rest} more` : '';
  const noun = containers.length === 1 ? 'container' : 'containers';
  return `${containers.length} ${noun}: ${names.join(', ')}${more}`;
}

const NAMED_CONTAINERS = 5;

function recorderText({ events, dropped, bytes }: RecorderStatus): string {
  const lost = dropped === 0 ? '' : `, ${count(dropped)} left out`;
  return `${count(events)} events, ${formatBytes(bytes)} written${lost}`;
}

function outputText({ sent, waiting, dropped }: OutputStatus): string {
  const parts = [`${count(sent)} sent`];
  if (waiting > 0) parts.push(`${count(waiting)} waiting`);
  if (dropped > 0) parts.push(`${count(dropped)} dropped`);
  return parts.join(', ');
}

/** As many columns of kinds as the window has room for, those with losses first. */
function drawKinds(kinds: readonly KindStatus[], terminal: Terminal, width: number): string[] {
  const lossy = kinds.filter((kind) => kind.lost > 0);
  const rest = kinds.filter((kind) => kind.lost === 0);
  const cells = [...lossy, ...rest].map(kindCell);
  if (cells.length === 0) return ['  nothing is attached'];
  const cell = Math.min(Math.max(...cells.map(textWidth)) + 3, width - 2);
  const columns = Math.max(1, Math.floor((width - 2) / cell));
  const height = Math.ceil(cells.length / columns);
  const title = `  attached: ${kinds.length} kinds (events, filtered in the kernel, lost)`;
  const lines = [terminal.paint('dim', fitWidth(title, width))];
  for (let row = 0; row < height; row++) {
    const picked = cells.filter((_, index) => index % height === row);
    lines.push(`  ${picked.map((text) => padWidth(fitWidth(text, cell - 1), cell)).join('')}`);
  }
  return lines;
}

function kindCell({ name, events, filtered, lost }: KindStatus): string {
  const parts = [`${name} ${count(events)}`];
  if (filtered > 0) parts.push(`−${count(filtered)}`);
  if (lost > 0) parts.push(`${count(lost)} lost`);
  return parts.join(' ');
}

/** `950`, `12.3k`, `4.5M`: three digits are enough to see what is going on. */
function count(value: number): string {
  if (value < 10_000) return String(Math.round(value));
  if (value < 1_000_000) return `${Number((value / 1000).toPrecision(3))}k`;
  return `${Number((value / 1_000_000).toPrecision(3))}M`;
}

function perSecond(rate: number): string {
  return `${rate < 10 ? Number(rate.toFixed(1)) : count(rate)}/s`;
}
