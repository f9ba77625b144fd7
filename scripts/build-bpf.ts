/**
 * Builds bpf/midwatch.bpf.o, the one object with all kernel programs, and makes sure that the same
 * source gives the same bytes wherever it is built: relative paths, no debugging sections but BTF,
 * no header of the machine's kernel. Usage: node scripts/build-bpf.ts [OUTPUT]
 */
import { spawnSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = resolve(dirname(fileURLToPath(import.meta.url)), '..', 'bpf');
/** The compiler whose output is committed; another version may give other bytes. */
export const CLANG_MAJOR = 14;

const FLAGS = [
  '-O2',
  '-g',
  '-target',
  'bpf',
  '-mcpu=v3',
  '-fno-jump-tables',
  '-fno-stack-protector',
  // Loops whose end falls through into their head: kernels before 6.2 refuse such a program.
  '-mllvm',
  '-disable-block-placement',
  '-fdebug-compilation-dir=.',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wno-unused-function',
];

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: SOURCES,
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Error(`Cannot build kernel programs: ${error.message}`);
  if (status !== 0) throw new Error(`Cannot build kernel programs: ${command}: ${stderr}`);
  return stdout;
}

/** A tool of the wanted version where the system names it so, else whatever it has. */
function tool(name: string): string {
  const versioned = `${name}-${CLANG_MAJOR}`;
  return spawnSync(versioned, ['--version']).status === 0 ? versioned : name;
}

/** The compiler's major version; undefined where there is none. */
export function clangMajor(): number | undefined {
  const { stdout } = spawnSync(tool('clang'), ['--version'], { encoding: 'utf8' });
  const major = /version (\d+)\./.exec(stdout ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}

/** `definitions`: NO_CAST makes the programs do as on kernels before 6.2. */
export function buildBpf(output: string, definitions: readonly string[] = []): void {
  const target = resolve(output);
  const draft = `${target}.${process.pid}`;
  try {
    const defines = definitions.map((name) => `-D${name}`);
    run(tool('clang'), [...FLAGS, ...defines, '-c', 'midwatch.bpf.c', '-o', draft]);
    run(tool('llvm-strip'), ['-g', draft]);
    renameSync(draft, target);
  } finally {
    rmSync(draft, { force: true });
  }
}

if (import.meta.main) buildBpf(process.argv[2] ?? resolve(SOURCES, 'midwatch.bpf.o'));
