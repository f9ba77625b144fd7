/** Holds content/runbooks to what its README promises, and the rules to having a runbook each. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findingFixture, processFixture } from '#engine/finding/finding-fixture.ts';
import type { Finding } from '#model/finding.ts';
import { loadFiles, ownRuleFiles } from './acts/own-rules.ts';

const DIR = join(import.meta.dirname, '../content/runbooks');
const LINES_MAX = 70;
const SECTIONS = [
  'What it means',
  'Attack or bug?',
  'Evidence first',
  'First three steps',
  'Containment',
  'Recovery',
  'Wake security',
];
const PLACES = ['node', 'cluster', 'control-plane', 'docker', 'runc', 'target'];
/** Where the machine of an incident may be: evidence and containment must have a way for each. */
const EVERYWHERE = ['node', 'cluster', 'docker', 'runc'];

/** Typed by the finding, so that a placeholder cannot outlive the name that it stands for. */
const PLACEHOLDERS: Readonly<Record<string, (finding: Finding) => unknown>> = {
  'finding.id': ({ id }) => id,
  node: ({ node }) => node,
  'root.pid': ({ tree, container }) => (container === undefined ? tree.at(-2) : tree[0])?.pid,
  'process.pid': ({ tree }) => tree.at(-1)?.pid,
  'process.exe': ({ tree }) => tree.at(-1)?.exe,
  'process.comm': ({ tree }) => tree.at(-1)?.comm,
  'container.id': ({ container }) => container?.id,
  'container.fullId': ({ container }) => container?.fullId,
  'container.image': ({ container }) => container?.image,
  'pod.name': ({ container }) => container?.pod,
  'pod.namespace': ({ container }) => container?.namespace,
  'file.path': ({ fields }) => fields['fs.path.name'] ?? fields['fd.name'],
  'remote.ip': ({ fields }) => fields['fd.rip'],
  'remote.port': ({ fields }) => fields['fd.rport'],
};

// What cannot be taken back, or ends what is to be looked at. `kill` alone ends; -STOP does not.
const DESTRUCTIVE = new RegExp(
  [
    '\\bkill (?!-STOP |-CONT )',
    '\\b(pkill|killall|rm|rmi|rmdir|unlink|shred|truncate|wipefs|mkfs)\\b',
    '\\b(delete|drain|scale|reboot|shutdown|poweroff|stop|restart|rollout|prune)\\b',
  ].join('|'),
);

interface Page {
  /** From content/runbooks, e.g. `shared/contain.md`. */
  readonly name: string;
  readonly text: string;
}

interface Block {
  readonly place: string;
  readonly text: string;
}

function pagesOf(folder: string): readonly Page[] {
  const names = readdirSync(join(DIR, folder)).filter((name) => name.endsWith('.md'));
  if (names.length === 0) throw new Error(`Cannot check runbooks: no page in "${folder}"`);
  return names.sort().map((name) => {
    return { name: join(folder, name), text: readFileSync(join(DIR, folder, name), 'utf8') };
  });
}

const readme = readFileSync(join(DIR, 'README.md'), 'utf8');
const shared = pagesOf('shared');
const runbooks = pagesOf('.').filter(({ name }) => name !== 'README.md');
const usedIds = loadFiles(ownRuleFiles()).rules.map(({ name, runbook }) => ({ name, runbook }));

const SHARED_LINE = /^ *\[[^\]]+\]\((shared\/[a-z-]+\.md)\)$/gm;

/** The text as the reader gets it: links to shared pages replaced by them. */
function expanded(text: string): string {
  return text.replace(SHARED_LINE, (line, name: string) => {
    return shared.find((page) => page.name === name)?.text ?? line;
  });
}

function blocksOf(text: string): readonly Block[] {
  const fences = text.matchAll(/^( *)```(.*)\n([\s\S]*?)^\1```$/gm);
  return [...fences].map(([, indent = '', info = '', body = '']) => {
    return { place: info.replace(/^sh /, ''), text: body.replaceAll(`\n${indent}`, '\n').trim() };
  });
}

/** Commands inside a sentence: code with a placeholder in it, as in "Undo: `kill -CONT …`". */
function spansOf(text: string): readonly Block[] {
  const prose = text.replace(/^( *)```.*\n[\s\S]*?^\1```$/gm, '');
  const spans = prose.matchAll(/`([^`\n]*\{\{[^`\n]*)`/g);
  return [...spans].map(([, span = '']) => ({ place: 'node', text: span }));
}

function sectionsOf(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^## /m).slice(1);
  return new Map(parts.map((part) => [part.split('\n', 1)[0] ?? '', part.replace(/^.*\n/, '')]));
}

function gapsOf(page: Page): readonly string[] {
  const gaps = [...formGaps(page), ...wholeGaps(expanded(page.text))];
  return gaps.map((gap) => `${page.name}: ${gap}`);
}

function formGaps({ name, text }: Page): readonly string[] {
  const sections = sectionsOf(text);
  const front = `---\nid: ${name.replace(/\.md$/, '')}\ntitle: `;
  const meaning = sections.get('What it means') ?? '';
  const steps = sections.get('First three steps') ?? '';
  const checks: readonly (readonly [boolean, string])[] = [
    [text.startsWith(front), 'does not begin with its id and a title'],
    [text.split('\n').length - 1 <= LINES_MAX, `longer than ${LINES_MAX} lines`],
    [[...sections.keys()].join() === SECTIONS.join(), 'not the seven sections in their order'],
    [[...sections.values()].every((body) => body.trim() !== ''), 'an empty section'],
    [(meaning.match(/[.?!](?=\s)/g) ?? []).length === 2, 'its meaning is not two sentences'],
    [(steps.match(/^\d+\. /gm) ?? []).join('') === '1. 2. 3. ', 'not three numbered steps'],
    [/Innocent: /.test(sections.get('Attack or bug?') ?? ''), 'does not say what is innocent'],
    [/Attack: /.test(sections.get('Attack or bug?') ?? ''), 'does not say what an attack is'],
  ];
  return checks.filter(([holds]) => !holds).map(([, gap]) => gap);
}

function wholeGaps(text: string): readonly string[] {
  const recovery = sectionsOf(text).get('Recovery') ?? '';
  const early = commandsOf(text.replace(recovery, ''));
  return [
    ...['Evidence first', 'Containment'].flatMap((section) => placeGaps(text, section)),
    ...[...text.matchAll(/\]\((shared\/[^)]*)\)/g)].map(([, name]) => `no page ${name}`),
    ...early
      .filter((command) => DESTRUCTIVE.test(command.text))
      .map((command) => `destroys before Recovery: ${command.text}`),
    ...(commandsOf(recovery).some((command) => DESTRUCTIVE.test(command.text)) &&
    !/evidence (is )?copied|after the copy/.test(recovery)
      ? ['Recovery destroys and does not ask for the copy']
      : []),
    ...commandsOf(text).flatMap(commandGaps),
    ...[...text.matchAll(/\{\{([^}]*)\}*/g)]
      .filter(([whole, name = '']) => whole !== `{{${name}}}` || !(name in PLACEHOLDERS))
      .map(([whole]) => `unknown placeholder ${whole}`),
  ];
}

function placeGaps(text: string, section: string): readonly string[] {
  const places = blocksOf(sectionsOf(text).get(section) ?? '').map(({ place }) => place);
  const missing = EVERYWHERE.filter((place) => !places.includes(place));
  return missing.map((place) => `${section} has no command for "${place}"`);
}

function commandsOf(text: string): readonly Block[] {
  return [...blocksOf(text), ...spansOf(text)];
}

function commandGaps({ place, text }: Block): readonly string[] {
  const quoted = quotedPlaceholders(text);
  return [
    ...(PLACES.includes(place) ? [] : [`unknown place "${place}"`]),
    ...quoted.map((name) => `{{${name}}} stands in quotes, a comment or a here-document`),
    ...[text, filled(text, () => HOSTILE)].flatMap(syntaxGaps),
  ];
}

// What somebody may call a file.
const HOSTILE = `-x '"$(reboot)\`reboot\`; reboot #`;

function filled(text: string, value: (name: string) => unknown): string {
  return text.replace(/\{\{([a-zA-Z.]+)\}\}/g, (_, name: string) => {
    return `'${String(value(name)).replaceAll("'", "'\\''")}'`;
  });
}

// Shared blocks come up with every runbook; one bash each is enough.
const complaints = new Map<string, string>();

function syntaxGaps(command: string): readonly string[] {
  let complaint = complaints.get(command);
  if (complaint === undefined) {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: `${command}\n` });
    // An unclosed here-document is only a warning to bash.
    complaint = status === 0 ? stderr.toString().trim() : `refused: ${stderr}`;
    complaints.set(command, complaint);
  }
  return complaint === '' ? [] : [`bash -n: ${complaint}: ${command}`];
}

/** Placeholders at which a value in single quotes would not be one word of the command. */
function quotedPlaceholders(command: string): readonly string[] {
  const hidden = /<<-?\s*['"]?(\w+)[\s\S]*?\n\s*\1$|'[^']*'|"(?:[^"\\]|\\.)*"|(?<=^|\s)#.*$/gm;
  const parts = [...command.matchAll(hidden)].map(([part]) => part);
  return parts.flatMap((part) => [...part.matchAll(/\{\{(.*?)\}\}/g)].map(([, name = '']) => name));
}

describe('the runbooks', () => {
  test('lack nothing', () => {
    expect(runbooks.flatMap(gapsOf)).toEqual([]);
  });

  test('are there for every rule, and none is for no rule', () => {
    const ids = runbooks.map(({ name }) => name.replace(/\.md$/, ''));
    expect(usedIds.filter(({ runbook = '' }) => !ids.includes(runbook))).toEqual([]);
    expect(ids.filter((id) => !usedIds.some(({ runbook }) => runbook === id))).toEqual([]);
  });

  test('use every shared page', () => {
    const linked = runbooks.flatMap(({ text }) => [...text.matchAll(SHARED_LINE)]);
    const used = new Set(linked.map(([, name]) => name));
    expect(shared.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
  });

  test('are explained by a README that knows the same places and placeholders', () => {
    const first = [...readme.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
    const names = Object.keys(PLACEHOLDERS).map((name) => `{{${name}}}`);
    expect(first).toEqual([...PLACES, ...names]);
  });

  test('have placeholders that a finding of a pod all fills', () => {
    const finding = findingFixture({
      container: {
        ...{ id: '3f2a9c81b0de', fullId: '3f2a9c81b0de'.repeat(5), runtime: 'containerd' },
        ...{ image: 'app:1', pod: 'app-7d8b9c', namespace: 'payments' },
      },
      fields: { 'fd.name': '/etc/shadow', 'fd.rip': '192.0.2.7', 'fd.rport': 4444 },
    });
    const unfilled = Object.entries(PLACEHOLDERS).filter(([, of]) => of(finding) === undefined);
    expect(unfilled).toEqual([]);
    const names = 'a={{root.pid}} b={{process.pid}} c={{file.path}}';
    const value = (name: string) => PLACEHOLDERS[name]?.(finding);
    expect(filled(names, value)).toBe("a='4000' b='4012' c='/etc/shadow'");
  });

  test('look at the parent where the finding is of the host', () => {
    const { container: _, ...host } = findingFixture({
      tree: [1, 20, 300, 4000].map((pid) => processFixture({ pid })),
    });
    expect(PLACEHOLDERS['root.pid']?.(host)).toBe(300);
  });
});

describe('gapsOf', () => {
  const miner = runbooks.find(({ name }) => name === 'miner.md') ?? { name: '', text: '' };
  const cases: readonly (readonly [string, string | RegExp, string, string])[] = [
    ['a foreign id', 'id: miner', 'id: minor', 'does not begin with its id and a title'],
    ['a section out of order', '## Containment', '## Contain', 'not the seven sections'],
    ['a third sentence', 'the trouble.', 'the trouble. More.', 'not two sentences'],
    ['a missing step', /^3\. /m, '- ', 'not three numbered steps'],
    ['no innocence', /Innocent: /g, 'Fine: ', 'does not say what is innocent'],
    ['too many lines', '## Recovery\n', `## Recovery\n${'x\n'.repeat(70)}`, 'longer than 70 lines'],
    ['evidence of nothing', /\[Keep.*\n/, '', 'Evidence first has no command for "node"'],
    ['no way to contain', /\[Contain it.*\n/, '', 'Containment has no command for "docker"'],
    ['a page that is gone', 'shared/contain.md', 'shared/gone.md', 'no page shared/gone.md'],
    ['an early end', 'kill -STOP', 'kill -9', 'destroys before Recovery: kill -9'],
    ['an early end without signal', 'kill -STOP', 'kill', 'destroys before Recovery: kill {{'],
    ['a deletion uncopied', 'the evidence copied', 'care', 'does not ask for the copy'],
    ['an unknown place', 'sh node', 'sh moon', 'unknown place "moon"'],
    ['an unknown placeholder', '{{node}};', '{{node.name}};', 'unknown placeholder {{node.name}}'],
    ['an unclosed placeholder', '{{node}};', '{{node};', 'unknown placeholder {{node}'],
    ['a broken command', 'pgrep -alf', 'pgrep $( -alf', 'bash -n: '],
    ['a quoted value', '{{process.comm}}', '"{{process.comm}}"', '{{process.comm}} stands in'],
    ['a value in a comment', 'kill -STOP', 'true # {{process.exe}}', '{{process.exe}} stands in'],
    ['an open here-document', 'kill -STOP', 'cat <<END', 'here-document'],
  ];

  test.each(cases)('finds %s', (_, from, to, gap) => {
    const planted = { ...miner, text: miner.text.replace(from, to) };
    expect(planted.text).not.toBe(miner.text);
    expect(gapsOf(planted).join('\n')).toContain(gap);
  });

  test('finds a value in a here-document, and none beside it', () => {
    const text = "cat <<'END' {{node}}\n{{process.exe}}\nEND\necho {{file.path}} it\\'s";
    expect(quotedPlaceholders(text)).toContain('process.exe');
    expect(quotedPlaceholders("cat <<'END'\nx\nEND\necho {{file.path}}")).toEqual([]);
  });
});
