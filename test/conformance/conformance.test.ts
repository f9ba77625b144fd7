import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PARTS } from './parts.ts';
import { runParts } from './run-parts.ts';

const FOLDER = '../shared/conformance/falco';
const isThere = existsSync(FOLDER);

if (!isThere) console.log('skipped: no conformance data');

/** Captures take their time where two programs share a core. */
const TIMEOUT_MS = 300_000;

for (const part of PARTS) {
  test.skipIf(!isThere)(
    `${part.name} finds what Falco found`,
    { timeout: TIMEOUT_MS },
    async () => {
      const lines: string[] = [];
      const options = {
        folder: FOLDER,
        only: undefined,
        write: (line: string) => lines.push(line),
      };
      const isRight = await runParts([part], options);
      expect(isRight, lines.slice(0, 50).join('\n')).toBe(true);
      expect(lines[0]).toMatch(/ [1-9]\d*\/[1-9]\d*$/);
    },
  );
}
