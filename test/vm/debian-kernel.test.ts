import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '#model/finding.ts';
import { boot } from './boot.ts';
import { debianKernel } from './debian-kernel.ts';
import { buildGuestImage } from './guest-image.ts';

const BOOT_TIMEOUT_MS = 240_000;
/**
 * What V8 says where emulation goes wrong, in one start of three and never seen on a processor;
 * then the machine is started once more.
 */
const EMULATION_FAULT = 'Check failed: it->second.Size() > offset';
const BOOTS = 5;
/** An emulated processor takes its time between an act and the line that tells when it was. */
const CLOCK_SLACK_S = 5;

/** Why no virtual machine can be started here; undefined where one can. */
function cannotBoot(): string | undefined {
  if (process.arch !== 'x64') return `this is ${process.arch}, the kernel is for amd64`;
  for (const program of ['qemu-system-x86_64', 'cpio', 'runc', 'apt-get']) {
    if (spawnSync('which', [program]).status !== 0) return `no ${program}`;
  }
  return undefined;
}

const reason = cannotBoot();
if (reason !== undefined) console.log(`skipped: Debian's kernel in a virtual machine: ${reason}`);

/** What the guest wrote, by its lines that begin with "== ". */
class Transcript {
  readonly text: string;
  readonly findings: readonly Finding[];

  constructor(text: string) {
    this.text = text;
    const lines = this.section('findings').split('\n');
    this.findings = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  }

  section(name: string): string {
    return this.text.split(`== ${name}\n`)[1]?.split('\n== ')[0] ?? '';
  }

  /** The rest of the first line `== name …`. */
  told(name: string): string {
    return new RegExp(`^== ${name} (.*)$`, 'm').exec(this.text)?.[1] ?? '';
  }

  pretended(name: string): { readonly actS: number; readonly foundS: number[] } {
    const found = this.findings.filter(
      ({ rule, tree }) =>
        rule === 'Process named like a kernel thread' && tree.at(-1)?.comm === name,
    );
    return {
      actS: Number(this.told(`act ${name}`)),
      foundS: found.map(({ time }) => Date.parse(time) / 1000),
    };
  }
}

let folder = '';
let seen: Transcript;

describe.skipIf(reason !== undefined)("on Debian 12's own kernel", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'midwatch-vm-'));
    const image = buildGuestImage(folder);
    const kernel = debianKernel();
    for (let tries = 0; tries < BOOTS; tries++) {
      seen = new Transcript(await boot({ kernel, image, timeoutMs: BOOT_TIMEOUT_MS }));
      if (!seen.text.includes(EMULATION_FAULT)) break;
    }
  }, BOOTS * BOOT_TIMEOUT_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('the sensor loads and ends well', () => {
    expect(seen.told('kernel'), seen.text).toMatch(/^6\.1\./);
    expect(seen.text).toContain('== watching');
    expect(seen.section('messages')).toMatch(/watched for \d+ .*none lost/);
    expect(seen.text).toContain('== end');
  });

  test('acts of host and container are found', () => {
    const rules = new Set(seen.findings.map(({ rule }) => rule));
    expect(rules).toContain('Password hashes read');
    expect(rules).toContain('Shell or script on a network connection');
    const inside = seen.findings.filter(({ container }) => container?.id === 'scratch');
    expect(
      inside.map(({ rule }) => rule),
      seen.text,
    ).toContain('Password hashes read');
  });

  test('status says which calls this kernel does not have', () => {
    const status = JSON.parse(seen.told('status'));
    expect(status.troubles).toEqual([
      'This kernel has no syscalls/sys_exit_fchmodat2: not watched.',
    ]);
    expect(status.kinds.length).toBeGreaterThan(50);
  });

  test.each([
    ['in an ordinary hour', 'kworker'],
    ['after the clock was set forward by an hour', 'kswapd0'],
    ['after it was set back by two', 'ksoftirqd'],
    ['after the machine slept', 'kthreadd'],
  ])('what is done %s is found once, at its time', (_, name) => {
    const { actS, foundS } = seen.pretended(name);
    expect(foundS, seen.text).toHaveLength(1);
    expect(Math.abs((foundS[0] ?? 0) - actS)).toBeLessThanOrEqual(CLOCK_SLACK_S);
  });

  test('the machine did sleep', () => {
    expect(Number.parseInt(seen.told('slept'), 10)).toBeGreaterThanOrEqual(5);
  });
});
