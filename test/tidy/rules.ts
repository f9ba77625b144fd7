import type { SourceFile } from './source-file.ts';
import { lineAt } from './source-file.ts';

interface Sample {
  readonly path: string;
  readonly text: string;
}

/** A rule over one file, with a sample that breaks it and one like it that does not. */
export interface Rule {
  readonly name: string;
  readonly check: (file: SourceFile) => string[];
  readonly breach: Sample;
  readonly fine: Sample;
}

const LONGEST_FILE = 400;
const WIDEST_LINE = 100;
// C is indented with tabs of eight, the kernel's own style.
const TAB = ' '.repeat(8);

const X = 'src/lib/x.ts';
const ENGINE = 'src/engine/x.ts';

export const RULES: readonly Rule[] = [
  {
    name: `a file has at most ${LONGEST_FILE} lines, unless it is data and says so (// @data)`,
    check: ({ path, lines }) =>
      lines.length <= LONGEST_FILE || isData(lines) ? [] : [`${path}: ${lines.length} lines`],
    breach: { path: X, text: 'a;\n'.repeat(LONGEST_FILE + 1) },
    fine: { path: X, text: `// @data from a table\n${'a;\n'.repeat(LONGEST_FILE)}` },
  },
  {
    name: `a line has at most ${WIDEST_LINE} columns, unless it is data, a URL or one long literal`,
    check: wideLines,
    breach: { path: X, text: `// ${'wide '.repeat(20)}\n` },
    fine: {
      path: X,
      text: `// https://example.org/${'x'.repeat(WIDEST_LINE)}\nconst a = /${'x'.repeat(WIDEST_LINE)}/;\n`,
    },
  },
  {
    name: 'an import goes down (./x.ts) or to a layer (#model/x.ts), never up (../x.ts)',
    check: ({ path, imports }) =>
      imports
        .filter(({ specifier }) => specifier.includes('../'))
        .map(({ specifier, line }) => `${path}:${line}: ${specifier}`),
    breach: { path: X, text: "import { a } from '../model/a.ts';\n" },
    fine: { path: X, text: "// not from '../a.ts'\nimport { a } from './deep/a.ts';\n" },
  },
  {
    name: 'model and engine are pure: no I/O modules, timers, clock, randomness or environment',
    check: (file) =>
      /^src\/(model|engine)\//.test(file.path) && !isTest(file.path) ? impurities(file) : [],
    breach: { path: ENGINE, text: "import { readFileSync } from 'node:fs';\nDate.now();\n" },
    fine: { path: ENGINE, text: "import { Buffer } from 'node:buffer';\n// not Date.now()\n" },
  },
  {
    name: 'a type assertion (as) has its reason beside it',
    check: (file) =>
      isTest(file.path)
        ? []
        : assertionLines(file)
            .filter((line) => !hasCommentAt(file.lines, line))
            .map((line) => `${file.path}:${line}: as without a reason`),
    breach: { path: X, text: 'const a = b as string;\n' },
    fine: {
      path: X,
      text: "import { a as b } from './a.ts';\n// Our own JSON.\nconst c = [b as C] as const;\n",
    },
  },
  {
    name: 'a suppression has its reason',
    check: (file) => findLines(file, (line) => SUPPRESSION.test(line) && !REASONED.test(line)),
    breach: { path: X, text: `// @ts-${'expect-error'}\na();\n` },
    fine: { path: X, text: `// @ts-${'expect-error'}: node's types miss this overload\na();\n` },
  },
];

/** Lines with an `as` that asserts a type, `as const` and renamed imports apart. */
export function assertionLines({ code, path }: SourceFile): number[] {
  if (!/\.tsx?$/.test(path)) return [];
  const clauses = /\b(?:import|export)\s+(?:type\s+)?(?:\*\s+as\s+\w+|[\w\s,]*\{[^}]*\})/g;
  const rest = code.replace(clauses, (clause) => clause.replace(/[^\n]/g, ' '));
  return [...rest.matchAll(/\bas\s+(?!const\b)/g)].map((match) => lineAt(rest, match.index));
}

const SUPPRESSION =
  /(?:\/\/|\/\*)\s*(?:@ts-(?:expect-error|ignore|nocheck)|biome-ignore|v8 ignore)/;
const REASONED = /(?:@ts-expect-error|biome-ignore(?:-\w+)? \S+|v8 ignore)[^:]*:\s*\S+ \S+/;

// Modules that compute. Everything else of Node reads, writes or waits.
const PURE_MODULES = new Set([
  'node:assert',
  'node:buffer',
  'node:crypto',
  'node:path',
  'node:util',
]);
const IMPURE =
  /\b(?:setTimeout|setInterval|setImmediate|fetch|Date\.now|new Date\(\)|Math\.random|performance\.now|process\.(?:env|argv|exit|std\w+|hrtime|nextTick|cwd|memoryUsage))\b/;

function impurities(file: SourceFile): string[] {
  const modules = file.imports
    .filter(({ specifier }) => specifier.startsWith('node:') && !PURE_MODULES.has(specifier))
    .map(({ specifier, line }) => `${file.path}:${line}: ${specifier}`);
  const calls = file.code.split('\n').flatMap((line, i) => {
    const found = IMPURE.exec(line)?.[0];
    return found === undefined ? [] : [`${file.path}:${i + 1}: ${found}`];
  });
  return [...modules, ...calls];
}

function wideLines(file: SourceFile): string[] {
  if (isData(file.lines)) return [];
  const code = file.code.split('\n');
  return file.lines.flatMap((line, i) => {
    const wide = line.replaceAll('\t', TAB).length > WIDEST_LINE;
    return wide && !/:\/\//.test(line) && !LONG_LITERAL.test(code[i] ?? '')
      ? [`${file.path}:${i + 1}: ${line.trim()}`]
      : [];
  });
}

// A string or regular expression that no formatter can break, as blankText leaves it.
const LONG_LITERAL = /['"`/] {60,}/;

function isData(lines: readonly string[]): boolean {
  return lines.slice(0, 20).some((line) => line.startsWith('// @data'));
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.startsWith('test/');
}

function hasCommentAt(lines: readonly string[], line: number): boolean {
  const here = lines[line - 1] ?? '';
  const above = (lines[line - 2] ?? '').trim();
  return here.includes('//') || here.includes('/*') || /^(\/\/|\*|\/\*)/.test(above);
}

function findLines(file: SourceFile, breaks: (line: string) => boolean): string[] {
  return file.lines.flatMap((line, i) =>
    breaks(line) ? [`${file.path}:${i + 1}: ${line.trim()}`] : [],
  );
}
