import { readFileSync, statSync } from 'node:fs';
import { formatBytes } from './format-bytes.ts';
import { UserError } from './user-error.ts';

/**
 * A text file of at most `most` bytes that somebody named; throws UserError. `-` is standard input.
 */
export function readTextFile(path: string, options: { what: string; most: number }): string {
  const { what, most } = options;
  try {
    const bytes = path === '-' ? readFileSync(0) : readFile(path, options);
    if (bytes.length > most) throw tooLarge(path, bytes.length, options);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`Cannot read ${what} from ${path}: ${reasonOf(error)}`);
  }
}

function readFile(path: string, options: { what: string; most: number }): Buffer {
  const { size } = statSync(path);
  if (size > options.most) throw tooLarge(path, size, options);
  return readFileSync(path);
}

function tooLarge(path: string, size: number, options: { what: string; most: number }): UserError {
  const expected = `expected at most ${formatBytes(options.most)}`;
  return new UserError(
    `Cannot read ${options.what} from ${path}: ${expected}, found ${formatBytes(size)}`,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'reading it is not permitted',
  EISDIR: 'it is a folder',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? error.message;
}
