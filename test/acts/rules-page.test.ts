import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadFiles, ownRuleFiles } from './own-rules.ts';
import { rulesPage } from './rules-page.ts';

test('docs/RULES.md says what the rules say (node test/acts/rules-page.ts writes it)', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/RULES.md'), 'utf8');
  expect(page).toBe(rulesPage(loadFiles(ownRuleFiles()).rules));
});
