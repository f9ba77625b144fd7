/**
 * Fuzzes the ring decoder: records as kernel programs write them, with lengths, headers and bytes
 * changed, and noise. Reading must end, stay within the mapping and give back all memory, up to a
 * word that says "still being written" (after a length that lies). Each input is made from its own
 * seed.
 */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_HEADER_SIZE, EventView, RECORD } from '#model/event-view.ts';
import { loadLibc } from '#sensor/kernel/libc.ts';
import { BUSY, DISCARDED, page, RingFile, record } from '#sensor/kernel/ring-fixture.ts';
import { RingPair } from '#sensor/kernel/ring-pair.ts';
import { Random } from './random.ts';

const LIES = [0, 1, 7, 8, 31, 32, 57, 58, 0xff, 0x1000, 0xffff, 0x10000, 0x3fffffff, 0xffffffff];
/** Where a record says how long it or a part of it is. */
const LENGTHS = [
  0,
  8 + RECORD.eventLength,
  8 + RECORD.fdLength,
  8 + RECORD.headerSize + 16,
  8 + RECORD.headerSize + EVENT_HEADER_SIZE - 4,
  8 + RECORD.headerSize + EVENT_HEADER_SIZE,
];

interface Rings {
  readonly pair: RingPair;
  readonly files: readonly [critical: RingFile, bulk: RingFile];
}

let rings: Rings | undefined;

/** Two rings in memory, used again by every input: positions go on, as they do in a sensor. */
function openRings(): Rings {
  const folder = mkdtempSync('/dev/shm/midwatch-fuzz-');
  const files = ['critical', 'bulk'].map((name) => new RingFile(join(folder, name), page));
  rmSync(folder, { recursive: true });
  const [critical, bulk] = files;
  assert.ok(critical !== undefined && bulk !== undefined);
  const pair = RingPair.open(loadLibc(), critical, bulk);
  assert.ok(pair !== undefined, 'the rings cannot be mapped');
  return { pair, files: [critical, bulk] };
}

function closeRings({ pair, files }: Rings): void {
  pair.close();
  for (const { fd } of files) closeSync(fd);
  rings = undefined;
}

const view = new EventView();

/** A few records, read to their end; how many were whole. */
export function fuzzRingOnce(seed: number): number {
  rings ??= openRings();
  const { pair, files } = rings;
  const random = new Random(seed);
  for (let left = 1 + random.below(6); left > 0; left--) random.pick(files).put(anyRecord(random));
  let seen = 0;
  // What is written later than the first look may be held back for one round.
  for (let round = 0; round < 3; round++) {
    seen += pair.drain(view, readAll, 1 + random.below(100));
  }
  while (pair.drain(view, readAll, 100) > 0) seen++;
  if (files.some((file) => file.isBusy())) closeRings(rings);
  else assert.equal(pair.backlog(), 0, 'all memory is given back');
  return seen;
}

function anyRecord(random: Random): Buffer {
  const kind = random.below(8);
  const bytes = kind === 0 ? noise(random) : record(1 + random.below(1000), seedMark(random));
  if (kind > 3) {
    for (let left = random.below(3); left >= 0; left--) {
      const at = random.below(3) === 0 ? random.below(bytes.length - 4) : random.pick(LENGTHS);
      if (at + 4 <= bytes.length) bytes.writeUInt32LE(random.pick(LIES), at);
    }
  }
  if (kind === 2) bytes.writeUInt32LE((bytes.readUInt32LE(0) | DISCARDED) >>> 0, 0);
  // A record that stays unfinished would stop everything: only a broken kernel could leave one.
  bytes.writeUInt32LE((bytes.readUInt32LE(0) & ~BUSY) >>> 0, 0);
  return bytes;
}

const seedMark = (random: Random): number => random.below(100_000);

function noise(random: Random): Buffer {
  const bytes = Buffer.alloc(8 * (2 + random.below(20)));
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(random.below(2 ** 32), at);
  return bytes;
}

function readAll(): void {
  for (let i = 0; i < view.paramCount; i++) view.paramString(i);
  if (view.fdEntry >= 0) view.bytes.readUInt8(view.fdEntry);
}
