import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PARTS } from './parts.ts';
import { runParts } from './run-parts.ts';

const DEFAULT_FOLDER = '../shared/conformance/falco';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { part: { type: 'string' }, only: { type: 'string' } },
});
const folder = positionals[0] ?? DEFAULT_FOLDER;
const unknown = values.part !== undefined && !PARTS.some(({ name }) => name === values.part);

if (unknown) {
  const names = PARTS.map(({ name }) => name).join(', ');
  console.error(`Cannot run part "${values.part}": expected one of ${names}`);
  process.exitCode = 2;
} else if (!existsSync(folder)) {
  console.log(`skipped: no conformance data at ${folder}`);
} else {
  const chosen = PARTS.filter(({ name }) => values.part === undefined || name === values.part);
  const isRight = await runParts(chosen, { folder, only: values.only, write: console.log });
  if (!isRight) process.exitCode = 1;
}
