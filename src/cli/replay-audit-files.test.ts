import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FIELDS } from '#engine/fields/table.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import { tableLookup } from '#engine/rules/load/table-lookup.ts';
import { openTerminal } from '#lib/terminal.ts';
import type { AlertForm } from './alert-printer.ts';
import { replayAuditFiles } from './replay-audit-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'midwatch-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RULES = `
- rule: Exec
  desc: d
  condition: ka.target.subresource = exec
  output: "%ka.user.name ran %ka.uri.param[command] in %ka.target.name | groups=%ka.user.groups"
  priority: NOTICE
  source: k8s_audit
  tags: [T1609]
- rule: Any
  desc: d
  condition: ka.verb exists
  output: "%evt.num %evt.time %ka.resp.name"
  priority: INFO
  source: k8s_audit
- {rule: Other, desc: d, condition: evt.num >= 0, output: x, priority: INFO, warn_evttypes: false}
`;

const EVENT = {
  kind: 'Event',
  auditID: 'a',
  verb: 'create',
  stageTimestamp: '2026-01-02T03:04:05.000006Z',
  requestURI: '/api?command=b%61sh',
  user: { username: 'Zoë\u001b[2J', groups: ['ops', 'dev'] },
  objectRef: { resource: 'pods', subresource: 'exec', name: 'web' },
};

async function replay(form: AlertForm, matching: 'first' | 'all' = 'first') {
  const path = join(folder, 'audit.log');
  const list = { ...EVENT, objectRef: {} };
  writeFileSync(path, `${JSON.stringify(EVENT)}\nbroken\n${JSON.stringify(list)}\n`);
  const { rules, diagnostics } = loadRules([{ name: 'r.yaml', text: RULES }], {
    fields: tableLookup(FIELDS),
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  let text = '';
  const totals = await replayAuditFiles({
    paths: [path, path],
    rules,
    matching,
    form,
    terminal: openTerminal(process.stdout, { NO_COLOR: '1' }),
    node: 'here',
    write: (part) => {
      text += part;
    },
  });
  return { text, totals, lines: text.trim().split('\n') };
}

test('replayAuditFiles counts alerts by rule, and what could not be read', async () => {
  const first = await replay('json');
  expect(first.totals).toMatchObject({ files: 2, rawEvents: 4, evaluated: 4, warningCount: 2 });
  expect([...first.totals.alertsByRule]).toEqual([
    ['Exec', 2],
    ['Any', 2],
  ]);
  const all = await replay('json', 'all');
  expect([...all.totals.alertsByRule]).toEqual([
    ['Exec', 2],
    ['Any', 4],
  ]);
});

test('replayAuditFiles gives findings as JSON, the same event under the same id', async () => {
  const { lines } = await replay('json');
  const [exec, any, again] = lines.map((line) => JSON.parse(line));
  expect(exec).toMatchObject({
    rule: 'Exec',
    source: 'k8s_audit',
    node: 'here',
    time: '2026-01-02T03:04:05.000006000Z',
    techniques: ['T1609'],
    event: { type: 'pluginevent', num: 1 },
    tree: [],
    sentence: 'Zoë\\x1b[2J ran bash in web | groups=(ops,dev)',
    fields: { 'ka.user.groups': ['ops', 'dev'], 'ka.uri.param[command]': 'bash' },
  });
  expect(exec.event).not.toHaveProperty('tid');
  expect(any.fields).toMatchObject({ 'evt.num': 2, 'ka.resp.name': null });
  expect(again.id).toBe(exec.id);
  expect(any.id).not.toBe(exec.id);
});

test("replayAuditFiles gives Falco's JSON", async () => {
  const { lines } = await replay('falco');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    hostname: 'here',
    priority: 'Notice',
    rule: 'Exec',
    source: 'k8s_audit',
    tags: ['T1609'],
    output: expect.stringMatching(/^\S+: Notice Zoë/),
    output_fields: { 'ka.target.name': 'web' },
  });
});

test('replayAuditFiles draws findings, which name the audit log and no host', async () => {
  const { text } = await replay('text');
  expect(text).toContain('Zoë\\x1b[2J ran bash in web');
  expect(text).toContain('Kubernetes audit log');
  expect(text).not.toContain('host here');
});
