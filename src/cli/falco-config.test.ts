import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readFalcoConfig } from './falco-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'midwatch-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string): unknown {
  const path = join(folder, 'falco.yaml');
  writeFileSync(path, text);
  return readFalcoConfig(path);
}

describe('readFalcoConfig takes', () => {
  const cases: readonly (readonly [string, string, unknown])[] = [
    ['nothing from other keys', 'json_output: true\nplugins: [{name: x}]\n', {}],
    ['nothing from an empty file', '', {}],
    ['the matching', 'rule_matching: all', { matching: 'all' }],
    ['the priority', 'priority: info', { minimumPriority: 'Informational' }],
    [
      'the selection',
      'rules:\n- disable: {rule: "*"}\n- enable: {tag: network}\n',
      {
        selection: [
          { action: 'disable', rule: '*' },
          { action: 'enable', tag: 'network' },
        ],
      },
    ],
    [
      'appended output',
      `append_output:
- match: {source: syscall, tags: [a, b], rule: R}
  extra_output: "on=%evt.hostname"
  extra_fields: [evt.num, home: "/x %proc.name"]
- suggested_output: true
`,
      {
        appendOutput: [
          {
            source: 'syscall',
            rule: 'R',
            tags: ['a', 'b'],
            format: 'on=%evt.hostname',
            fields: [
              { name: 'evt.num', format: '%evt.num', isRaw: true },
              { name: 'home', format: '/x %proc.name', isRaw: false },
            ],
            suggested: false,
          },
          { tags: [], fields: [], suggested: true },
        ],
      },
    ],
  ];
  test.each(cases)('%s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('readFalcoConfig refuses', () => {
  test.each([
    ['- a', 'expected a map'],
    ['a: [', 'Cannot use Falco’s configuration'],
    ['rule_matching: some', 'expected first or all as "rule_matching", found "some"'],
    ['priority: urgent', 'as "priority", found "urgent"'],
    ['append_output: {x: 1}', 'expected a list as "append_output"'],
    ['append_output: [x]', 'expected a map as "append_output[0]"'],
    ['rules: [{enable: {}}]', 'expected "enable" or "disable"'],
  ])('%s', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
