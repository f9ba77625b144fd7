/**
 * Fuzzes the capture reader and the converter: captures of every block kind, with bytes, lengths
 * and whole blocks changed at random. Whatever comes, reading must end, must not throw, and must
 * never show a parameter that lies outside the window. Each input is made from its own seed.
 */
import assert from 'node:assert/strict';
import {
  block,
  event,
  eventBlock,
  i64,
  section,
  sized,
  text,
  u16,
  u32,
} from '#capture/capture-fixture.ts';
import { CaptureReader } from '#capture/capture-reader.ts';
import { EventConverter, SCRATCH_SIZE } from '#capture/event-converter.ts';
import { RecordedTables } from '#capture/recorded-tables.ts';
import { EVENTS } from '#model/event-schema.ts';
import { EventView } from '#model/event-view.ts';
import { MemorySource } from './memory-source.ts';
import { Random } from './random.ts';

const WINDOW = 2048;
const cat = (...parts: readonly Buffer[]) => Buffer.concat(parts);

const thread = cat(
  i64(5, 5, 1, 5, 5),
  cat(sized('comm'), sized('/exe'), sized('/exe'), sized('-a\0'), sized('/'), i64(1024)),
  cat(u32(0, 0, 0, 1, 2, 3), i64(0, 0), sized('A=b\0'), i64(5, 5), sized('cpu=/\0'), sized('/')),
  cat(i64(9), u32(0, 0), Buffer.from([0]), i64(1, 2, 3), Buffer.from([1]), i64(4, 5, 6)),
);
const fds = cat(
  i64(5),
  ...[0, 1, 3, 4, 5, 6, 8, 16, 21].map((type) => {
    const entry = cat(i64(type, 7), Buffer.from([type]), Buffer.alloc(40, 1), sized('/x'));
    return cat(u32(entry.length + 4), entry);
  }),
);
const user = cat(Buffer.from([0]), u32(1, 2), sized('bob'), sized('/'), sized('/bin/sh'));

/** A block of each kind of table. */
export const TABLES: readonly Buffer[] = [
  block(0x201, Buffer.alloc(180)),
  block(0x205, cat(u16(1, 2), Buffer.alloc(20), Buffer.from('lo'))),
  block(0x206, user),
  block(0x220, cat(u32(user.length + 4), user)),
  block(0x215, cat(u32(thread.length + 4), thread, u32(thread.length + 4), thread)),
  block(0x212, thread),
  block(0x218, fds),
];

/** An event of any type with as many parameters as some version had, enter or exit. */
function anyEvent(random: Random): Buffer {
  const type = random.below(EVENTS.length + 2);
  const most = EVENTS[type]?.params.length ?? 3;
  const count = random.below(3) === 0 ? random.below(most + 2) : most;
  const params = Array.from({ length: count }, () =>
    random.pick([i64(3), u32(1), text('/etc/passwd'), Buffer.alloc(0), Buffer.alloc(13, 2)]),
  );
  const lengthSize = EVENTS[type]?.flags.has('large') === true ? 4 : 2;
  const fields = { type, params, tid: random.below(3), lengthSize } as const;
  if (random.below(3) === 0) return block(0x204, cat(u16(0), event(fields, 1)));
  if (random.below(5) === 0) return block(0x222, cat(u16(0), u32(random.below(4)), event(fields)));
  return eventBlock(fields);
}

const LIES = [0, 1, 3, 7, 8, 12, 0x7f, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

function makeInput(random: Random): Buffer {
  const parts = [section()];
  for (let i = random.below(4); i > 0; i--) parts.push(random.pick(TABLES));
  for (let i = random.below(20); i > 0; i--) parts.push(anyEvent(random));
  if (random.below(8) === 0) parts.push(section(), random.pick(TABLES));
  let bytes = Buffer.concat(parts);
  for (let i = random.below(6); i > 0; i--) {
    const at = random.below(bytes.length);
    const what = random.below(4);
    if (what === 0) bytes[at] = random.below(256);
    else if (what === 1 && at + 4 <= bytes.length) bytes.writeUInt32LE(random.pick(LIES), at);
    else if (what === 2 && at + 2 <= bytes.length)
      bytes.writeUInt16LE(random.pick(LIES) & 0xffff, at);
    else if (what === 3 && random.below(4) === 0) bytes = bytes.subarray(0, at);
    if (bytes.length === 0) break;
  }
  return bytes;
}

const view = new EventView();
const converter = new EventConverter(view, 0);

/** Reads one input to its end and checks what it showed; gives how many events that were. */
export async function fuzzCaptureOnce(seed: number): Promise<number> {
  const bytes = makeInput(new Random(seed));
  const tables = new RecordedTables();
  converter.enters.forget();
  const options = { view, tables, reserved: SCRATCH_SIZE, window: WINDOW };
  const reader = new CaptureReader(new MemorySource(bytes), options);
  let events = 0;
  for (;;) {
    converter.enters.settle();
    if (!(await reader.fill())) break;
    while (reader.next()) {
      checkParams();
      converter.convert();
      checkParams();
      events++;
    }
  }
  assert.ok(reader.offset <= bytes.length, 'reads no further than the end');
  assert.ok(reader.warningCount > 0 || reader.offset === bytes.length, 'says what it left out');
  assert.ok(tables.threads.length < 1000);
  return events;
}

function checkParams(): void {
  assert.ok(view.base + view.length <= view.bytes.length);
  for (let i = 0; i < view.paramCount; i++) {
    assert.ok(view.paramStart(i) + view.paramLength(i) <= view.base + view.length);
  }
}
