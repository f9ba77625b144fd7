import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'midwatch', 'bench');

function compile(source: string, name: string, ...flags: string[]): string {
  mkdirSync(cache, { recursive: true });
  const program = join(cache, name);
  execFileSync('clang', ['-O2', '-o', program, source, ...flags]);
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

/** Builds what attaches an empty program to openat's exit; its command. */
export function buildEmptyProgram(): readonly [program: string, object: string] {
  const source = (name: string): string => join(import.meta.dirname, name);
  const object = compile(source('empty-program.bpf.c'), 'empty.o', '-target', 'bpf', '-g', '-c');
  return [compile(source('empty-program.c'), 'empty-program', '-lbpf'), object];
}
