import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const COMPILERS = ['/usr/bin/clang', '/usr/bin/gcc', '/usr/bin/cc'];
const SOURCE = join(import.meta.dirname, 'programs/actor.c');

/** Why the actor cannot be built here, in one sentence; undefined where it can. */
export function cannotBuildActor(): string | undefined {
  return COMPILERS.some((path) => existsSync(path)) ? undefined : 'no C compiler (apt install gcc)';
}

/** Compiles programs/actor.c into one static program and returns its bytes. */
export async function buildActor(): Promise<Uint8Array> {
  const compiler = COMPILERS.find((path) => existsSync(path)) ?? 'cc';
  const dir = mkdtempSync(join(tmpdir(), 'midwatch-actor-'));
  try {
    const program = join(dir, 'actor');
    await promisify(execFile)(compiler, ['-static', '-Os', '-s', '-o', program, SOURCE]);
    return readFileSync(program);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
