import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findingFixture } from '#engine/finding/finding-fixture.ts';
import { checkSchema } from './check-schema.ts';

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schema/finding.v1.schema.json'), 'utf8'),
);
const finding = (): Record<string, unknown> => JSON.parse(JSON.stringify(findingFixture()));

describe('the schema of findings', () => {
  test('allows a finding', () => {
    expect(checkSchema(schema, finding())).toEqual([]);
  });

  test.each([
    ['another version', { schema: 'midwatch.finding/v2' }, /schema/],
    ['an id that is none', { id: 'x' }, /id: expected/],
    ['an unknown tier', { tier: 'urgent' }, /tier: expected one of page, ticket, log/],
    ['a key that is not in it', { extra: 1 }, /extra is not in the schema/],
    ['a process without a pid', { tree: [{ comm: 'x' }] }, /tree\[0\]: pid is missing/],
    ['an unknown marker', { tree: [{ markers: ['x'] }] }, /markers\[0\]: expected one of/],
    ['a count of nothing', { repeat: { count: 0 } }, /count: expected at least 1/],
  ])('does not allow %s', (_what, change, message) => {
    expect(checkSchema(schema, { ...finding(), ...change }).join('\n')).toMatch(message);
  });

  test('says what is missing', () => {
    const { rule: _, ...rest } = finding();
    expect(checkSchema(schema, rest)).toEqual(['$: rule is missing']);
  });
});
