import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'midwatch-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

function rulesFile(name: string, condition: string, source: string): string {
  const path = join(folder, name);
  const rule = `- {rule: R, desc: d, condition: ${condition}, output: x, priority: INFO, source: `;
  writeFileSync(path, `${rule}${source}}\n`);
  return path;
}

const replay = (rules: string, file = '/dev/null') =>
  run(['--source', 'k8s_audit', '--rules', rules, '--', file]);

test('replay refuses rules of which none is about the audit log', async () => {
  const rules = rulesFile('other.yaml', 'evt.num > 0', 'syscall');
  await expect(replay(rules)).rejects.toThrow(`expected a rule of source k8s_audit in ${rules}`);
});

test('replay says where a rule is wrong', async () => {
  const rules = rulesFile('wrong.yaml', 'ka.verbs = get', 'k8s_audit');
  await expect(replay(rules)).rejects.toThrow(/wrong\.yaml:1:\d+: .*ka\.verbs/);
});

test('replay says which file it cannot open', async () => {
  const rules = rulesFile('right.yaml', 'ka.verb = get', 'k8s_audit');
  await expect(replay(rules, join(folder, 'none'))).rejects.toThrow(/Cannot replay: .*none/);
  expect(await replay(rules)).toBe(0);
});
