import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '#model/finding.ts';

const ROOT = join(import.meta.dirname, '../..');
const RULES = join(ROOT, 'content/rules');
const START_TIMEOUT_MS = 20_000;
const POKE_EVERY_MS = 50;
const WATCHED_FILE = '/etc/shadow';

export interface Watch {
  readonly findings: readonly Finding[];
  /** What the sensor wrote to stderr so far. */
  readonly complaints: string;
  /** Ends the watch and returns all that was told. */
  end(): Promise<readonly Finding[]>;
}

/** Starts `midwatch sensor --json` with our rules; returns once it has found something. */
export async function startWatch(): Promise<Watch> {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'src/main.ts'), 'sensor', '--json', '--matching', 'all', '--rules', RULES],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const findings: Finding[] = [];
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  createInterface({ input: child.stdout }).on('line', (line) => findings.push(JSON.parse(line)));
  const closed = new Promise<void>((done) => child.once('close', () => done()));

  async function untilTold(count: number): Promise<void> {
    const start = performance.now();
    while (ownReads(findings) <= count) {
      if (child.exitCode !== null) throw new Error(`the sensor ended: ${complaints}`);
      if (performance.now() - start > START_TIMEOUT_MS) {
        throw new Error(`the sensor does not see ${WATCHED_FILE} read: ${complaints}`);
      }
      readFileSync(WATCHED_FILE);
      await sleep(POKE_EVERY_MS);
    }
  }

  await untilTold(0);
  return {
    findings,
    get complaints() {
      return complaints;
    },
    end: async () => {
      child.kill('SIGTERM');
      await closed;
      return findings;
    },
  };
}

function ownReads(findings: readonly Finding[]): number {
  return findings.filter((finding) => finding.tree.at(-1)?.pid === process.pid).length;
}
