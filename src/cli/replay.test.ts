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

test('replay takes what a falco.yaml says about rules', async () => {
  const rules = rulesFile('few.yaml', 'ka.verb = get', 'k8s_audit');
  const config = join(folder, 'falco.yaml');
  const withConfig = (text: string) => {
    writeFileSync(config, text);
    const options = ['--source', 'k8s_audit', '--rules', rules, '--falco-config', config];
    return run([...options, '--', '/dev/null']);
  };
  expect(await withConfig('rule_matching: all\nappend_output: [{extra_output: "%ka.verb"}]')).toBe(
    0,
  );
  await expect(withConfig('priority: warning')).rejects.toThrow(/expected a rule of source/);
  await expect(withConfig('rules: [{disable: {rule: R}}]')).rejects.toThrow(/expected a rule/);
  const unknown = 'append_output: [{extra_output: "%kx.verb"}]';
  await expect(withConfig(unknown)).rejects.toThrow(/few\.yaml:1:\d+: unknown field "kx.verb"/);
});
