import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'midwatch', 'bench');

function compile(source: string, name: string, ...flags: string[]): string {
  mkdirSync(cache, { recursive: true });
  const program = join(cache, name);
  execFileSync('clang', ['-O2', ...flags, '-o', program, source]);
  return program;
}

/** Builds workload.c; returns the program's path. */
export function buildWorkload(): string {
  return compile(join(import.meta.dirname, 'workload.c'), 'workload', '-Wall', '-Wextra');
}

/** Builds a static program that ends at once. */
export function buildSilent(): string {
  mkdirSync(cache, { recursive: true });
  const source = join(cache, 'silent.c');
  writeFileSync(source, 'int main(void) { return 0; }\n');
  return compile(source, 'silent', '-static');
}
