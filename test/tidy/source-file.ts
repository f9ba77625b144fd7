import { globSync, readFileSync } from 'node:fs';
import { blankText } from './blank-text.ts';

/** A file of ours with what the checks read of it. */
export interface SourceFile {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  /** The text with comments and the insides of literals blanked, position by position. */
  readonly code: string;
  readonly imports: readonly Import[];
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

export function parseSource(path: string, text: string): SourceFile {
  const code = path.endsWith('.md') ? text : blankText(text);
  const lines = text.replace(/\n$/, '').split('\n');
  return { path, text, lines, code, imports: [...importsOf(text, code)] };
}

/** The files of a glob. None is a mistake in the glob: a check over nothing would always hold. */
export function readSources(...globs: readonly string[]): SourceFile[] {
  return globs.flatMap((glob) => {
    const paths = globSync(glob).sort();
    if (paths.length === 0) throw new Error(`Cannot check "${glob}": it matches no file`);
    return paths.map((path) => parseSource(path, readFileSync(path, 'utf8')));
  });
}

export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

// `import … from '`, `export … from '`, `import '`, `import('`; the match ends with the quote.
const IMPORT = /\b(?:(?:import|export)\b[^;'"`()=]*?\bfrom\s*|import\s*\(?\s*)['"]/g;

function* importsOf(text: string, code: string): Generator<Import> {
  for (const match of code.matchAll(IMPORT)) {
    const start = match.index + match[0].length;
    const specifier = text.slice(start, text.indexOf(text.charAt(start - 1), start));
    yield { specifier, line: lineAt(text, match.index) };
  }
}
