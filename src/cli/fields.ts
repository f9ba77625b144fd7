import { Command } from 'commander';
import type { FieldDef } from '#engine/fields/field.ts';
import { resolveField } from '#engine/fields/resolve-field.ts';
import { FIELDS } from '#engine/fields/table.ts';
import { parseCommand } from '#lib/parse-command.ts';
import type { Terminal } from '#lib/terminal.ts';
import { openTerminal } from '#lib/terminal.ts';
import { UserError } from '#lib/user-error.ts';
import { groupFields, markdownPage, notesOf, usageOf } from './field-page.ts';

/** `midwatch fields [NAME]`: what conditions and outputs can ask of an event. */
export async function run(argv: readonly string[]): Promise<number> {
  const command = new Command('midwatch fields')
    .description('The fields of conditions and outputs, all or those that NAME begins.')
    .argument('[NAME]', 'a field (proc.name) or the beginning of some (proc, fd.s)')
    .option('--json', 'as JSON, one object a line')
    .option('--markdown', 'as the page of the manual');
  const exitCode = parseCommand(command, argv);
  if (exitCode !== undefined) return exitCode;
  const { json, markdown } = command.opts<{ json?: boolean; markdown?: boolean }>();
  const fields = chosen(command.args[0]);
  if (markdown) process.stdout.write(markdownPage(fields));
  else if (json) process.stdout.write(fields.map((field) => `${jsonLine(field)}\n`).join(''));
  else process.stdout.write(forTerminal(fields, openTerminal(process.stdout, process.env)));
  return 0;
}

function chosen(name: string | undefined): readonly FieldDef[] {
  if (name === undefined) return FIELDS;
  const exact = FIELDS.find((field) => field.name === name);
  if (exact !== undefined) return [exact];
  const begun = FIELDS.filter((field) => field.name.startsWith(name));
  if (begun.length > 0) return begun;
  const [, plain = name, arg] = /^([^[]+)(?:\[(.*)\])?$/s.exec(name) ?? [];
  const resolved = resolveField(plain, arg);
  if (!resolved.ok) throw new UserError(`Cannot show fields: ${resolved.error}`);
  return [resolved.field.def];
}

function jsonLine(field: FieldDef): string {
  const { name, falcoType, type, description, arg, sources } = field;
  const argument = arg === 'none' ? {} : { argument: arg, argumentKind: field.argKind ?? 'key' };
  const flags = { isList: field.isList ?? false, own: field.own ?? false, notes: notesOf(field) };
  return JSON.stringify({
    name,
    type: falcoType,
    kind: type,
    description,
    sources,
    ...argument,
    ...flags,
  });
}

const TYPE_WIDTH = 8;

function forTerminal(fields: readonly FieldDef[], terminal: Terminal): string {
  const nameWidth = Math.min(30, Math.max(...fields.map((field) => usageOf(field).length)));
  const lines: string[] = [];
  for (const { title, fields: members } of groupFields(fields)) {
    lines.push('', terminal.paint('bold', title));
    for (const field of members) lines.push(...fieldLines(field, nameWidth, terminal));
  }
  return `${lines.slice(1).join('\n')}\n`;
}

/** Name and type on the left, the text beside them, wrapped; below a name that is too long. */
function fieldLines(field: FieldDef, nameWidth: number, terminal: Terminal): readonly string[] {
  const usage = usageOf(field);
  const indent = nameWidth + TYPE_WIDTH + 4;
  const width = Math.max(30, terminal.width - indent);
  const notes = notesOf(field).flatMap((note) => wrap(note, width));
  const wrapped = [
    ...wrap(field.description, width),
    ...notes.map((note) => terminal.paint('dim', note)),
  ];
  const type = terminal.paint('dim', field.falcoType.padEnd(TYPE_WIDTH));
  const head = `  ${terminal.paint('cyan', usage)}`;
  if (usage.length > nameWidth) {
    const below = wrapped.map((line) => `${' '.repeat(indent)}${line}`);
    return [`${head}  ${field.falcoType}`, ...below];
  }
  const gap = ' '.repeat(nameWidth - usage.length + 1);
  const [first = '', ...rest] = wrapped;
  return [`${head}${gap}${type} ${first}`, ...rest.map((line) => `${' '.repeat(indent)}${line}`)];
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
