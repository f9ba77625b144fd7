import type { FieldDef } from '#engine/fields/field.ts';

/** The table of fields for readers: grouped, in a page of the manual or on a terminal. */

export interface FieldGroup {
  /** The first name of its fields: `proc`, `fs.path`. */
  readonly name: string;
  readonly title: string;
  readonly fields: readonly FieldDef[];
}

const TITLES: readonly (readonly [string, string])[] = [
  ['evt', 'The event'],
  ['syscall', 'The system call'],
  ['proc', 'The process'],
  ['thread', 'The thread'],
  ['user', 'The user'],
  ['group', 'The group'],
  ['fd', 'The file descriptor'],
  ['fs.path', 'Paths of a call'],
  ['fdlist', 'File descriptors waited for'],
  ['container', 'The container'],
  ['k8s', 'The pod'],
  ['dns', 'DNS questions'],
  ['connect', 'Connections counted'],
  ['ka', 'Kubernetes audit events'],
  ['jevt', 'JSON of audit events'],
  ['json', 'JSON of any event'],
];

/** Fields by the group that their name begins with, in the order of the groups. */
export function groupFields(fields: readonly FieldDef[]): readonly FieldGroup[] {
  return TITLES.map(([name, title]) => ({
    name,
    title,
    fields: fields.filter((field) => field.name.startsWith(`${name}.`)),
  })).filter((group) => group.fields.length > 0);
}

/** How a field is written: `proc.aname […]` where the argument can be left out, `evt.arg.…`. */
export function usageOf({ name, arg, dotted }: FieldDef): string {
  if (arg === 'none') return name;
  const argument = dotted ? '.…' : '[…]';
  return arg === 'optional' ? `${name} ${argument}` : `${name}${argument}`;
}

/** What a rule may and may not do with it, in half-sentences. */
export function notesOf(field: FieldDef): readonly string[] {
  const notes: string[] = [];
  if (field.own) notes.push("Midwatch's own, unknown to Falco");
  if (field.isList) notes.push('a list: in, intersects and exists only');
  if (field.several === 'chain')
    notes.push('without a position: holds if it holds for any ancestor');
  if (field.several === 'ends') notes.push('looks at both ends');
  if (field.filterOnly) notes.push('in conditions only');
  if (field.outputOnly) notes.push('in output only');
  if (field.plainOnly) notes.push('no transformer, no val()');
  if (field.constantsOnly) notes.push('no val()');
  return notes;
}

/** docs/FIELDS.md */
export function markdownPage(fields: readonly FieldDef[]): string {
  const groups = groupFields(fields);
  const toc = groups.map(({ name, title }) => `- [${title}](#${anchor(title)}) \`${name}.\``);
  return [
    '# Fields',
    '',
    `Every field of conditions and outputs: ${fields.length} of them. Written by`,
    '`midwatch fields --markdown`; a test holds this page against the table. Types are named as Falco',
    'names them.',
    '',
    ...toc,
    ...groups.flatMap(markdownGroup),
    '',
  ].join('\n');
}

function anchor(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-');
}

function markdownGroup({ title, fields }: FieldGroup): readonly string[] {
  const rows = fields.map((field) => {
    const notes = notesOf(field);
    const text =
      notes.length === 0 ? field.description : `${field.description} (${notes.join('; ')})`;
    return `| \`${usageOf(field)}\` | ${field.falcoType} | ${text.replaceAll('|', '\\|')} |`;
  });
  return ['', `## ${title}`, '', '| field | type | what it is |', '| --- | --- | --- |', ...rows];
}
