import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { oracleAudit, suiteAudit } from './oracle-audit.ts';
import type { CaseResult, Part } from './part.ts';

/** A corpus of one event and two rules that both match it. */
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midwatch-oracle-'));
  put('traces/t/one.json', JSON.stringify(EVENT));
  put('rules/r.yaml', RULES);
  put('oracle/index.json', JSON.stringify([ENTRY]));
  put('oracle/k8s-audit-rules/t__one.first.jsonl', lines(['One']));
  put('oracle/k8s-audit-rules/t__one.all.jsonl', lines(['One', 'Two']));
});
afterEach(() => rmSync(folder, { recursive: true }));

const EVENT = {
  kind: 'Event',
  auditID: 'a',
  verb: 'get',
  stageTimestamp: '2026-01-02T03:04:05.6Z',
};
const RULES = ['One', 'Two']
  .map(
    (name) =>
      `- {rule: ${name}, desc: d, condition: ka.verb=get, output: "v=%ka.verb", ` +
      'priority: INFO, source: k8s_audit}',
  )
  .join('\n');
const ENTRY = {
  trace: 'traces/t/one.json',
  rules: ['rules/r.yaml'],
  first: { count: 1 },
  all: { count: 2 },
};

function lines(rules: readonly string[], verb = 'get'): string {
  return rules
    .map((rule) =>
      JSON.stringify({
        rule,
        priority: 'Informational',
        tags: [],
        time: '2026-01-02T03:04:05.600000000Z',
        output: `2026-01-02T03:04:05.600000000+0000: Informational v=${verb}`,
        output_fields: { 'evt.time': 1, 'ka.verb': verb },
      }),
    )
    .join('\n');
}

function put(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

async function failures(part: Part): Promise<readonly string[]> {
  const results: CaseResult[] = [];
  for await (const result of part.run(folder, undefined)) results.push(result);
  expect(results.length).toBeGreaterThan(0);
  return results.flatMap((result) => result.skipped ?? result.failures);
}

test('the part passes where the alerts are the same', async () => {
  expect(await failures(oracleAudit)).toEqual([]);
});

test.each([
  ['another rule', lines(['Two']), 'alert 1: rule: expected "Two", found "One"'],
  ['another value', lines(['One'], 'put'), 'alert 1: ka.verb: expected "put", found "get"'],
  ['an alert too few', lines(['One', 'Two']), 'alert 2: expected Two, found none'],
])('the part fails on %s', async (_what, oracle, failure) => {
  put('oracle/k8s-audit-rules/t__one.first.jsonl', oracle);
  expect(await failures(oracleAudit)).toContain(failure);
});

test('the part fails on an alert too many', async () => {
  put('oracle/index.json', JSON.stringify([{ ...ENTRY, first: { count: 0 } }]));
  expect(await failures(oracleAudit)).toContain('alert 1: expected none, found One');
});

test('the part says what the folder lacks', async () => {
  rmSync(join(folder, 'traces'), { recursive: true });
  expect(await failures(oracleAudit)).toContain('the folder has no traces/t/one.json');
});

test('the suite holds counts by rule and whether rules load', async () => {
  const suite = (falco: object) =>
    put('suite.json', JSON.stringify({ entries: [{ ...ENTRY, id: 's', falco_0_44_1: falco }] }));
  const right = {
    exit_code: 0,
    events_detected: 1,
    by_rule: { One: 1 },
    by_priority: { INFORMATIONAL: 1 },
  };
  suite(right);
  expect(await failures(suiteAudit)).toEqual([]);
  suite({ ...right, by_rule: { Two: 1 } });
  expect(await failures(suiteAudit)).toHaveLength(1);
  suite({ exit_code: 1 });
  expect(await failures(suiteAudit)).toEqual(['loads: expected false, found true']);
});
