import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cleanMappings, releaseMemory } from './release-memory.ts';

const mapping = (range: string, rest: string, anonymousKb: number): string =>
  `${range} ${rest}\nSize: 4 kB\nRss: 4 kB\nAnonymous:           ${anonymousKb} kB\nVmFlags: rd ex`;

test('cleanMappings takes files that nobody wrote to, and nothing else', () => {
  const smaps = [
    mapping('1000-3000', 'r-xp 00001000 fe:00 77                 /usr/bin/node', 0),
    mapping('4000-5000', 'r-xp 00001000 fe:00 77                 /usr/bin/node', 4),
    mapping('5000-6000', 'r--p 00001000 fe:00 77                 /usr/bin/node', 0),
    mapping('a000-b000', 'r--p 00001000 fe:00 77                 /usr/bin/node', 8),
    mapping('6000-7000', 'rw-p 00001000 fe:00 77                 /usr/bin/node', 0),
    mapping('7000-8000', 'r-xp 00000000 00:00 0 ', 0),
    mapping('8000-9000', 'r-xp 00000000 00:00 0                  [vdso]', 0),
  ].join('\n');
  expect(cleanMappings(smaps)).toEqual([
    { address: 0x1000, length: 0x2000 },
    { address: 0x5000, length: 0x1000 },
  ]);
});

test('releaseMemory leaves a smaller process that goes on', () => {
  const resident = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  const before = resident();
  releaseMemory();
  expect(resident()).toBeLessThan(before);
  expect(JSON.stringify({ still: 'running' })).toBe('{"still":"running"}');
});
