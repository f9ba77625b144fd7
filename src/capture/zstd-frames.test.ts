import { randomBytes } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { StreamSource } from './byte-source.ts';
import { inflateIfCompressed } from './inflate-source.ts';
import { ZstdFrames } from './zstd-frames.ts';

const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
const skippable = Buffer.concat([Buffer.from('512a4d1803000000', 'hex'), Buffer.from('abc')]);
const noise = randomBytes(300_000);
const frames = [
  zstdCompressSync(Buffer.alloc(300_000, 'a'), checked),
  zstdCompressSync(noise),
  skippable,
  zstdCompressSync(Buffer.alloc(0), checked),
  zstdCompressSync(Buffer.from('short')),
];
const whole = Buffer.concat(frames);
const content = Buffer.concat([Buffer.alloc(300_000, 'a'), noise, Buffer.from('short')]);

describe('ZstdFrames', () => {
  test('cuts where frames end, whatever the pieces', () => {
    const ends = frames.map((_, i) => Buffer.concat(frames.slice(0, i + 1)).length);
    for (const size of [1, 7, 4096, whole.length]) {
      const splitter = new ZstdFrames();
      const cuts: number[] = [];
      let total = 0;
      for (let at = 0; at < whole.length; at += size) {
        for (const part of splitter.split(whole.subarray(at, at + size))) {
          total += part.length;
          cuts.push(total);
        }
      }
      expect(total).toBe(whole.length);
      expect(ends.filter((end) => !cuts.includes(end))).toEqual([]);
      if (size === whole.length) expect(cuts).toEqual(ends);
    }
  });

  test('leaves what is no zstd whole', () => {
    const junk = Buffer.alloc(100, 7);
    expect(new ZstdFrames().split(junk)).toEqual([junk]);
  });
});

describe('inflateIfCompressed', () => {
  test('reads every frame of a file, and all before a cut one with a fault', async () => {
    expect(await inflate(whole)).toEqual({ bytes: content, fault: undefined });
    const cut = await inflate(whole.subarray(0, whole.length - 5));
    expect(cut.bytes.subarray(0, 600_000)).toEqual(content.subarray(0, 600_000));
    expect(cut.fault).toBeTypeOf('string');
  });
});

async function inflate(bytes: Buffer): Promise<{ bytes: Buffer; fault: string | undefined }> {
  const { Readable } = await import('node:stream');
  const pieces = [bytes.subarray(0, 10), bytes.subarray(10)];
  const source = await inflateIfCompressed(new StreamSource(Readable.from(pieces)));
  const parts: Buffer[] = [];
  for (;;) {
    const into = Buffer.alloc(65_536);
    const read = await source.read(into, 0, into.length);
    if (read === 0) break;
    parts.push(into.subarray(0, read));
  }
  return { bytes: Buffer.concat(parts), fault: source.fault };
}
