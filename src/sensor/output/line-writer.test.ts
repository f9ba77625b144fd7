import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OUTPUT_QUEUE_BYTES } from '#model/limits.ts';
import { LineWriter } from './line-writer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midwatch-writer-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function writerTo(fd: number) {
  const said: string[] = [];
  const writer = new LineWriter(fd, {
    closed: () => said.push('closed'),
    trouble: (reason) => said.push(reason),
  });
  return { writer, said };
}

describe('LineWriter', () => {
  test('writes everything in order', async () => {
    const path = join(folder, 'out');
    const fd = openSync(path, 'w');
    const { writer } = writerTo(fd);
    for (let i = 0; i < 1000; i++) writer.write(`${i}\n`);
    await writer.flush();
    expect(readFileSync(path, 'utf8')).toBe(
      Array.from({ length: 1000 }, (_, i) => `${i}\n`).join(''),
    );
    expect(writer.dropped).toBe(0);
    closeSync(fd);
  });

  test('does not wait for a reader that stopped: drops what does not fit, counted', () => {
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    // Opened for both, so that opening does not wait and nobody ever reads.
    const fd = openSync(path, 'r+');
    const { writer } = writerTo(fd);
    const line = `${'x'.repeat(64 * 1024 - 1)}\n`;
    // One is in the pipe itself.
    const lines = OUTPUT_QUEUE_BYTES / line.length + 1;
    for (let i = 0; i < lines + 10; i++) writer.write(line);
    expect(writer.dropped).toBe(10);
    closeSync(fd);
  });

  test('says once that the disk is full and keeps the line', async () => {
    const fd = openSync('/dev/full', 'w');
    const { writer, said } = writerTo(fd);
    writer.write('a\n');
    writer.write('b\n');
    await writer.flush(100);
    expect(said).toEqual(['full']);
    closeSync(fd);
  });

  test('says that the reader went away and takes no more', async () => {
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    const both = openSync(path, 'r+');
    const fd = openSync(path, 'w');
    closeSync(both);
    const { writer, said } = writerTo(fd);
    writer.write('a\n');
    await writer.flush();
    expect(said).toEqual(['closed']);
    writer.write('b\n');
    expect(writer.dropped).toBe(1);
    closeSync(fd);
  });
});
