import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Finding } from '#model/finding.ts';
import { runContainer } from '#test/harness/run-container.ts';
import type { Deed } from './act.ts';
import { PROGRAM_32 } from './program-32.ts';

/** What is left of a deed: how to tell its findings from all others. */
export interface Done {
  readonly output: string;
  isAbout(finding: Finding): boolean;
}

const HOST_TIMEOUT_MS = 20_000;

// A service goes on after the act; this also keeps the shell as the parent of its last command.
const STAY = '\n/bin/usleep 300000';

/** Does a deed: in a container with an id of its own, or on the host with a marker as argument. */
export async function doDeed(deed: Deed, actor: Uint8Array): Promise<Done> {
  return deed.where === 'host' ? onHost(deed) : inContainer(deed, actor);
}

async function inContainer(deed: Deed, actor: Uint8Array): Promise<Done> {
  const name = randomBytes(32).toString('hex');
  const copies = Object.fromEntries([
    ...(deed.programs ?? []).map((path) => [path, actor]),
    ...(deed.oldPrograms ?? []).map((path) => [path, PROGRAM_32]),
  ]);
  const volume = mkdtempSync(join(tmpdir(), 'midwatch-volume-'));
  try {
    for (const path of deed.volumePrograms ?? []) {
      writeFileSync(join(volume, basename(path)), actor, { mode: 0o755 });
    }
    const { container } = deed;
    const result = await runContainer({
      ...container,
      name,
      args: ['/bin/sh', '-c', `${deed.script}${STAY}`, 'deed'],
      files: { ...container?.files, ...copies },
      mounts: deed.volumePrograms === undefined ? [] : [{ source: volume, destination: '/volume' }],
    });
    return {
      output: `exit code ${result.code}\n${result.stdout}${result.stderr}`,
      isAbout: (finding) => finding.container?.fullId === name,
    };
  } finally {
    rmSync(volume, { recursive: true });
  }
}

function onHost(deed: Deed): Promise<Done> {
  const marker = `deed-${randomBytes(8).toString('hex')}`;
  const dir = mkdtempSync(join(tmpdir(), 'midwatch-deed-'));
  return new Promise((resolve) => {
    const args = ['-c', deed.script, marker];
    execFile('/bin/sh', args, { cwd: dir, timeout: HOST_TIMEOUT_MS }, (error, stdout, stderr) => {
      rmSync(dir, { recursive: true });
      resolve({
        output: `${error ? error.message : 'ok'}\n${stdout}${stderr}`,
        isAbout: (finding) => finding.tree.some((process) => process.args.includes(marker)),
      });
    });
  });
}
