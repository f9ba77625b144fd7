import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal } from '#lib/terminal.ts';
import { checkRules } from './rules-check.ts';
import { explainRule } from './rules-explain.ts';
import { listRules } from './rules-list.ts';

const OWN = resolve(import.meta.dirname, '../../content/rules');
const terminal = openTerminal({ columns: 80 }, { NO_COLOR: '1' });
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'midwatch-cli-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const GOOD = `- list: shells
  items: [sh, bash]
- macro: ran
  condition: evt.type = execve
- rule: Shell
  desc: A shell was run.
  condition: ran and proc.name in (shells)
  output: "%proc.name was run"
  priority: WARNING
  tags: [T1059.004]
  midwatch: {tier: ticket, runbook: shell, holdable: false}
- rule: Read
  desc: A file was read.
  condition: evt.type = openat and evt.is_open_read = true and fd.name startswith /etc/ssl/
  output: "%fd.name"
  priority: NOTICE
`;

describe('rules check', () => {
  test('says place, what was expected and what was found, with a caret under it', () => {
    const path = file('bad.yaml', GOOD.replace('proc.name in', 'proc.nam in'));
    const { text, ok } = checkRules([path], { json: false, terminal });
    expect(ok).toBe(false);
    expect(text).toMatch(/bad\.yaml:7:\d+: error in "Shell": .*did you mean "proc\.name"/);
    expect(text).toMatch(/\n {4}condition: ran and proc\.nam in \(shells\)\n +\^\n/);
    expect(text).toMatch(/1 file: not loaded; 1 error, 0 warnings\n$/);
  });

  test('is content with good rules', () => {
    const { text, ok } = checkRules([file('good.yaml', GOOD)], { json: false, terminal });
    expect(ok).toBe(true);
    expect(text).toContain('1 file: 2 rules loaded; 0 errors');
  });

  test('finds nothing wrong with our own', () => {
    const { text, ok } = checkRules([OWN], { json: false, terminal });
    expect(text).toMatch(/^\d+ files: \d+ rules loaded; 0 errors, 0 warnings\n$/);
    expect(ok).toBe(true);
  });

  test('gives each message as JSON', () => {
    const path = file('bad.yaml', GOOD.replace('WARNING', 'URGENT'));
    const { text } = checkRules([path], { json: true, terminal });
    expect(JSON.parse(text)).toMatchObject({
      severity: 'error',
      file: path,
      line: 9,
      item: 'Shell',
    });
  });
});

describe('rules list', () => {
  test('says tier, techniques, whether a baseline may hold it back, and event types', () => {
    const text = listRules([file('good.yaml', GOOD)], { json: false, terminal });
    expect(text).toMatch(/▲ ticket {2}Shell +T1059\.004 +never +execve/);
  });

  test('gives each rule as JSON', () => {
    const [line = ''] = listRules([file('good.yaml', GOOD)], { json: true, terminal }).split('\n');
    expect(JSON.parse(line)).toMatchObject({
      name: 'Shell',
      tier: 'ticket',
      techniques: ['T1059.004'],
      holdable: false,
      runbook: 'shell',
      eventTypes: ['execve'],
      line: 5,
    });
  });

  test('refuses wrong rules with their place', () => {
    const path = file('bad.yaml', GOOD.replace('proc.name in', 'proc.nam in'));
    expect(() => listRules([path], { json: false, terminal })).toThrow(/bad\.yaml:7:\d+: /);
  });
});

describe('rules explain', () => {
  test('says what a rule became, where it is asked, what the kernel drops and what it costs', () => {
    const path = file('good.yaml', GOOD);
    const text = explainRule('Read', [path], terminal);
    expect(text).toMatch(/\d+ ns {2}fd\.name startswith \/etc\/ssl\/\n/);
    expect(text).toMatch(/openat \(≤ \d+ ns\)/);
    expect(text).toContain('read: below /etc/ssl/');
    expect(text).toMatch(/\d+ ns {2}evt\.is_open_read/);
    expect(explainRule('shell', [path], terminal)).toMatch(/proc\.name in \(sh, bash\)/);
  });

  test('says what a name that is none may mean', () => {
    expect(() => explainRule('Shel', [file('good.yaml', GOOD)], terminal)).toThrow(
      'no rule has that name: did you mean "Shell"?',
    );
  });
});
