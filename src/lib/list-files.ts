import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { UserError } from './user-error.ts';

export interface ListFilesOptions {
  /** What is looked for, in error messages: `rules`. */
  readonly what: string;
  /**
   * Of the files in a folder only these: `['.yaml', '.yml']`. A file named outright may have any.
   */
  readonly extensions: readonly string[];
  /** More files than this are a mistake. */
  readonly most: number;
}

/**
 * The files that paths name: a folder stands for those in it, in alphabetical order, not deeper.
 */
export function listFiles(paths: readonly string[], options: ListFilesOptions): string[] {
  const files = paths.flatMap((path) => filesOf(path, options));
  if (files.length > options.most) {
    throw new UserError(
      `Cannot read ${options.what}: expected at most ${options.most} files, found ${files.length}`,
    );
  }
  return files;
}

function filesOf(path: string, { what, extensions }: ListFilesOptions): string[] {
  if (!isFolder(path, what)) return [path];
  const files = readdirSync(path)
    .filter((name) => extensions.includes(extname(name)) && !name.startsWith('.'))
    .toSorted()
    .map((name) => join(path, name));
  if (files.length === 0) {
    throw new UserError(
      `Cannot read ${what} from ${path}: it has no ${extensions.join(' or ')} file`,
    );
  }
  return files;
}

function isFolder(path: string, what: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'ENOENT'
        ? 'there is no such file or folder'
        : String(error);
    throw new UserError(`Cannot read ${what} from ${path}: ${reason}`);
  }
}
