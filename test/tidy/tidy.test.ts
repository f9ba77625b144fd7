/** Reads the code itself and holds what STYLE promises in ARCHITECTURE.md and CONTRIBUTING.md. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layerBreaches, parseLayers } from './layers.ts';
import { assertionLines, RULES } from './rules.ts';
import { parseSource, readSources } from './source-file.ts';

const product = readSources('src/**/*.ts');
// Folders are made when they get their first file; from then on they must have one.
const kernel = existsSync('bpf') ? readSources('bpf/*.[ch]') : [];
const page = existsSync('web') ? readSources('web/**/*.{ts,tsx}') : [];
const checks = readSources('test/**/*.ts', 'scripts/**/*.ts', '*.ts');
const sources = [...product, ...kernel, ...page, ...checks];
const documents = readSources('*.md', 'adr/*.md', 'docs/*.md');
const architecture = readFileSync('ARCHITECTURE.md', 'utf8');

describe('readSources', () => {
  test('fails, when a glob matches nothing', () => {
    expect(() => readSources('nowhere/**/*.ts')).toThrow('it matches no file');
  });

  test('finds the composition root', () => {
    expect(product.map(({ path }) => path)).toContain('src/main.ts');
  });

  test('reads every form of import, and none from comments or strings', () => {
    const text = [
      "import a from 'a1';",
      "import type { b } from 'a2';",
      "import {\n  c,\n} from 'a3';",
      "export { d } from 'a4';",
      "export * from 'a5';",
      "import 'a6';",
      "const e = await import('a7');",
      "// import f from 'no1';",
      'const g = "import h from \'no2\'";',
      "export const i = Array.from('no3');",
    ].join('\n');
    const found = parseSource('src/lib/x.ts', text).imports.map(({ specifier }) => specifier);
    expect(found).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7']);
  });
});

describe.each(RULES)('$name', ({ check, breach, fine }) => {
  test('holds', () => {
    expect(sources.flatMap(check)).toEqual([]);
  });

  test('is reported, when it is broken', () => {
    expect(check(parseSource(breach.path, breach.text))).not.toEqual([]);
    expect(check(parseSource(fine.path, fine.text))).toEqual([]);
  });
});

describe('type assertions', () => {
  const code = product.filter(({ path }) => !path.endsWith('.test.ts'));

  test('are at most one in a thousand lines', () => {
    const lines = code.reduce((sum, file) => sum + file.lines.length, 0);
    const found = code.flatMap((file) =>
      assertionLines(file).map((line) => `${file.path}:${line}`),
    );
    expect(found.length, found.join('\n')).toBeLessThanOrEqual(Math.ceil(lines / 1000));
  });

  test('are counted, and const assertions and renamed imports are not', () => {
    const text =
      "import * as a from 'a';\nimport { b as c } from 'b';\nd = e as const;\nf = g as H;\n";
    expect(assertionLines(parseSource('src/lib/x.ts', text))).toEqual([4]);
  });
});

describe('layers', () => {
  const layers = parseLayers(architecture);

  test('hold', () => {
    expect([...product, ...page].flatMap((file) => layerBreaches(file, layers))).toEqual([]);
  });

  const breaches = [
    ['src/lib/x.ts', '#model/a.ts'],
    ['src/model/x.ts', '#engine/a.ts'],
    ['src/engine/x.ts', '#capture/a.ts'],
    ['src/sensor/x.ts', '#hub/a.ts'],
    ['src/cli/x.ts', '#kube/a.ts'],
    ['web/x.ts', '#engine/a.ts'],
  ];
  test.each(breaches)('are reported, when %s imports %s', (path, specifier) => {
    const type = parseSource(path, `import type { A } from '${specifier}';\n`);
    const lazy = parseSource(path, `const a = await import('${specifier}');\n`);
    expect(layerBreaches(type, layers)).toHaveLength(1);
    expect(layerBreaches(lazy, layers)).toHaveLength(1);
  });

  test('are reported, when a folder is not listed', () => {
    expect(layerBreaches(parseSource('src/misc/x.ts', ''), layers)).toHaveLength(1);
  });

  test('let src/main.ts and a higher layer through', () => {
    expect(layerBreaches(parseSource('src/main.ts', "import('#hub/a.ts');\n"), layers)).toEqual([]);
    expect(layerBreaches(parseSource('src/cli/x.ts', "import '#lib/a.ts';\n"), layers)).toEqual([]);
  });

  test('fail, when the document has no table', () => {
    expect(() => parseLayers('# Architecture\n')).toThrow('no table');
  });
});

describe('documents', () => {
  const broken = (path: string, text: string): string[] =>
    [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(dirname(path), target)))
      .map((target) => `${path}: ${target}`);

  test('link only to what is there', () => {
    expect(documents.flatMap(({ path, text }) => broken(path, text))).toEqual([]);
  });

  test('are reported, when a link is broken', () => {
    expect(broken('README.md', 'see [it](docs/nowhere.md#part)')).toEqual([
      'README.md: docs/nowhere.md',
    ]);
  });
});
