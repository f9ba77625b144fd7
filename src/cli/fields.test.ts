import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { FIELDS } from '#engine/fields/table.ts';
import { markdownPage } from './field-page.ts';
import { run } from './fields.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What the command writes. */
async function output(...argv: readonly string[]): Promise<string> {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  expect(await run(argv)).toBe(0);
  return text;
}

test('the page of the manual is what the table says', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/FIELDS.md'), 'utf8');
  expect(page, 'write it again: ./midwatch fields --markdown > docs/FIELDS.md').toBe(
    markdownPage(FIELDS),
  );
});

test('fields shows every field once, in groups', async () => {
  const text = await output();
  for (const { name } of FIELDS) expect(text).toContain(name);
  expect(text).toMatch(/^The event\n/);
  expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
});

test.each([
  ['proc.name', ['proc.name', 'proc.name_is_kthread_like'].slice(0, 1)],
  ['dns', ['dns.question.name', 'dns.question.type', 'dns.question.count']],
  ['evt.arg.flags', ['evt.arg']],
  ['proc.aname[2]', ['proc.aname']],
])('fields %s shows %o', async (name, expected) => {
  const lines = (await output(name, '--json')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).name)).toEqual(expected);
});

test('fields says which name was meant', async () => {
  await expect(run(['proc.nam_'])).rejects.toThrow(
    'Cannot show fields: unknown field "proc.nam_": did you mean "proc.name"?',
  );
});
