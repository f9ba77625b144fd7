import { closeSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_HEADER_SIZE, EventView, RECORD } from '#model/event-view.ts';
import { RING_PUBLISH_RECORDS } from '#model/limits.ts';
import type { Libc } from './libc.ts';
import { loadLibc } from './libc.ts';
import { BUSY, DISCARDED, page, RingFile, record } from './ring-fixture.ts';
import { RingPair } from './ring-pair.ts';

let dir = '';
let libc: Libc;
let count = 0;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-ring-'));
  if (process.platform === 'linux') libc = loadLibc();
});
afterAll(() => rmSync(dir, { recursive: true }));

function open(size = page): { rings: RingPair; critical: RingFile; bulk: RingFile } {
  const critical = new RingFile(join(dir, `critical${++count}`), size);
  const bulk = new RingFile(join(dir, `bulk${count}`), size);
  const rings = RingPair.open(libc, critical, bulk);
  if (rings === undefined) throw new Error('the rings cannot be mapped');
  return { rings, critical, bulk };
}

function marks(rings: RingPair, budget = 1000): number[] {
  const view = new EventView();
  const seen: number[] = [];
  rings.drain(view, () => seen.push(view.pid), budget);
  return seen;
}

describe.skipIf(process.platform !== 'linux')('two rings', () => {
  test('give their records in the order of time', () => {
    const { rings, critical, bulk } = open();
    for (const time of [10, 40, 50]) critical.put(record(time, time));
    for (const time of [20, 30, 60]) bulk.put(record(time, time));
    expect(marks(rings)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(rings.backlog()).toBe(0);
    rings.close();
  });

  test('hold a bulk record back that is younger than the look at the critical ring', () => {
    const { rings, critical, bulk } = open();
    const later = libc.bootTimeNs() + 0.9e9;
    bulk.put(record(5, 1));
    bulk.put(record(later, 2));
    expect(marks(rings)).toEqual([1]);
    critical.put(record(7, 3));
    expect(marks(rings)).toEqual([3]);
    rings.close();
  });

  test('let a record through whose time is nonsense', () => {
    const { rings, bulk } = open();
    bulk.put(record(libc.bootTimeNs() + 3600e9, 1));
    expect(marks(rings)).toEqual([1]);
    rings.close();
  });

  test('wait for a record that is still being written, whatever is in the other', () => {
    const { rings, critical, bulk } = open();
    critical.put(record(10, 1));
    critical.put(record(20, 2, BUSY));
    bulk.put(record(5, 3));
    bulk.put(record(30, 4));
    expect(marks(rings)).toEqual([3, 1]);
    expect(marks(rings)).toEqual([]);
    rings.close();
  });

  test('leave out what was discarded, and what is malformed with a count', () => {
    const { rings, critical } = open();
    const bad = record(2, 2);
    bad.writeUInt32LE(9999, 8 + RECORD.eventLength);
    const worse = record(3, 3);
    worse.writeUInt16LE(7, 8 + RECORD.headerSize + EVENT_HEADER_SIZE);
    for (const bytes of [record(1, 1, DISCARDED), bad, worse, record(4, 4)]) critical.put(bytes);
    expect(marks(rings)).toEqual([4]);
    expect(rings.malformed).toBe(2);
    rings.close();
  });

  test('stop at the budget and go on there', () => {
    const { rings, critical } = open();
    for (const mark of [1, 2, 3]) critical.put(record(mark, mark));
    expect(marks(rings, 2)).toEqual([1, 2]);
    expect(marks(rings, 2)).toEqual([3]);
    rings.close();
  });

  test('give memory back within a round, and go round', () => {
    const { rings, critical } = open();
    const each = record(0, 0).length;
    const fits = Math.floor(page / each);
    for (let turn = 0; turn < 5; turn++) {
      for (let i = 0; i < fits; i++) critical.put(record(turn + 1, i));
      expect(marks(rings)).toEqual(Array.from({ length: fits }, (_, i) => i));
      expect(critical.consumed()).toBe((turn + 1) * fits * each);
    }
    rings.close();
  });

  test('publish the position every so many records, the handler’s failure included', () => {
    const { rings, critical } = open(64 * 1024);
    const each = record(0, 0).length;
    for (let i = 0; i < RING_PUBLISH_RECORDS + 10; i++) critical.put(record(1, i));
    const view = new EventView();
    const fail = (): void => {
      if (view.pid === RING_PUBLISH_RECORDS) throw new Error('a rule failed');
    };
    expect(() => rings.drain(view, fail, 1000)).toThrow('a rule failed');
    expect(critical.consumed()).toBe((RING_PUBLISH_RECORDS + 1) * each);
    expect(marks(rings)).toHaveLength(9);
    rings.close();
  });

  test('of garbage end at the producer’s position, within their memory', () => {
    let seed = 20_261_120;
    const random = (): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed;
    };
    const { rings, critical, bulk } = open();
    const view = new EventView();
    const readAll = (): void => {
      for (let i = 0; i < view.paramCount; i++) view.paramString(i);
      if (view.fdEntry >= 0) view.bytes.readUInt8(view.fdEntry);
    };
    for (let turn = 0; turn < 300; turn++) {
      const bytes = Buffer.alloc(8 * (1 + (random() % 60)));
      for (let i = 0; i < bytes.length; i++) bytes[i] = random() >>> 24;
      // Half of the turns: a good record with a few wrong bytes, which gets further than noise.
      const broken = turn % 2 === 0 ? bytes : record(turn, turn);
      for (let i = 0; i < 3; i++) broken[random() % broken.length] = random() >>> 24;
      broken.writeUInt32LE((broken.readUInt32LE(0) & ~BUSY) >>> 0, 0);
      (turn % 3 === 0 ? bulk : critical).put(broken);
      rings.drain(view, readAll, 1000);
    }
    expect(rings.malformed).toBeGreaterThan(50);
    rings.close();
  });

  test('read as nothing once closed, where an old view still points at them', () => {
    const { rings, critical, bulk } = open();
    critical.put(record(1, 7));
    const view = new EventView();
    rings.drain(view, () => {}, 1);
    rings.close();
    expect(view.pid).toBe(0);
    closeSync(critical.fd);
    closeSync(bulk.fd);
  });
});
