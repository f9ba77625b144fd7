/** The rules that Biome holds for us: each has to fire on a planted breach. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const long = `export function long(): void {\n${'  a();\n'.repeat(80)}}\n`;

const BREACHES: readonly (readonly [rule: string, path: string, text: string])[] = [
  ['noExplicitAny', 'any.ts', 'export const a: any = 1;\n'],
  ['noNonNullAssertion', 'non-null.ts', 'export const a = b!;\n'],
  ['noDefaultExport', 'default.ts', 'export default 1;\n'],
  ['noEnum', 'enum.ts', 'export enum A {\n  B,\n}\n'],
  ['noNamespace', 'namespace.ts', 'export namespace A {\n  export const b = 1;\n}\n'],
  ['noBarrelFile', 'barrel.ts', "export { a } from './any.ts';\n"],
  ['noReExportAll', 'all.ts', "export * from './any.ts';\n"],
  ['noExcessiveLinesPerFunction', 'long.ts', long],
  ['useMaxParams', 'params.ts', 'export function f(a: A, b: A, c: A, d: A, e: A) {}\n'],
  ['useFilenamingConvention', 'camelCase.ts', 'export const a = 1;\n'],
  ['noImportCycles', 'cycle-a.ts', "import { b } from './cycle-b.ts';\nexport const a = b;\n"],
  ['noImportCycles', 'cycle-b.ts', "import { a } from './cycle-a.ts';\nexport const b = a;\n"],
  ['noFloatingPromises', 'floating.ts', 'async function a() {}\na();\n'],
  ['useImportType', 'type.ts', "import { A } from './a.ts';\nexport type B = A;\n"],
  ['noUndeclaredDependencies', 'undeclared.ts', "import a from 'left-pad';\na();\n"],
];

const folder = mkdtempSync(join(tmpdir(), 'midwatch-tidy-'));
let fired: Set<string>;

beforeAll(() => {
  const config = JSON.parse(readFileSync('biome.json', 'utf8'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...config, vcs: { enabled: false } }));
  cpSync('package.json', join(folder, 'package.json'));
  for (const [, path, text] of BREACHES) {
    const file = join(folder, 'src', 'lib', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  fired = new Set(lint().map(({ rule, path }) => `${path} ${rule}`));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lint(): { rule: string; path: string }[] {
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', 'src'];
  const biome = resolve('node_modules/.bin/biome');
  const { stdout } = spawnSync(biome, args, { cwd: folder, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout);
  return diagnostics.map((found: { category: string; location: { path: unknown } }) => ({
    rule: found.category.split('/').at(-1) ?? '',
    path: String(found.location.path).split('/').at(-1) ?? '',
  }));
}

describe('biome', () => {
  test.each(BREACHES)('%s fires on %s', (rule, path) => {
    expect([...fired]).toContain(`${path} ${rule}`);
  });
});
