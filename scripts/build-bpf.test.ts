import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildBpf, CLANG_MAJOR, clangMajor } from './build-bpf.ts';

const COMMITTED = join(import.meta.dirname, '../bpf/midwatch.bpf.o');

function cannotRebuild(): string | undefined {
  if (!existsSync('/usr/include/bpf/bpf_helpers.h')) return 'no libbpf-dev';
  const major = clangMajor();
  if (major === CLANG_MAJOR) return undefined;
  return `clang ${CLANG_MAJOR} is wanted, this is ${major ?? 'none'}`;
}

const reason = cannotRebuild();
if (reason !== undefined) console.log(`skipped: rebuild of the kernel programs: ${reason}`);

test.skipIf(reason !== undefined)(
  'the committed kernel programs are what their source gives',
  () => {
    const dir = mkdtempSync(join(tmpdir(), 'midwatch-bpf-'));
    try {
      buildBpf(join(dir, 'out.o'));
      expect(readFileSync(join(dir, 'out.o')).equals(readFileSync(COMMITTED))).toBe(true);
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
  60_000,
);
