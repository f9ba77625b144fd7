import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { eventId } from '#model/event-schema.ts';
import { CAPTURE_TABLE_BLOCK_BYTES, CAPTURE_WINDOW_BYTES } from '#model/limits.ts';
import { StreamSource } from './byte-source.ts';
import type { EventFields } from './capture-fixture.ts';
import { block, event, eventBlock, i64, section, text, u16, u32 } from './capture-fixture.ts';
import { CaptureStream } from './capture-stream.ts';
import { inflateIfCompressed } from './inflate-source.ts';
import { RecordedTables } from './recorded-tables.ts';

interface Seen {
  readonly number: number;
  readonly type: number;
  readonly forRules: boolean;
  readonly params: (string | undefined)[];
}

async function readAll(bytes: Buffer, pieceSize = 1000) {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceSize) {
    pieces.push(bytes.subarray(at, at + pieceSize));
  }
  const source = await inflateIfCompressed(new StreamSource(Readable.from(pieces)));
  const tables = new RecordedTables();
  const stream = new CaptureStream(source, tables);
  const seen: Seen[] = [];
  while (await stream.fill()) {
    while (stream.next()) {
      const { view, number, forRules } = stream;
      const params = Array.from({ length: view.paramCount }, (_, i) => view.paramString(i));
      seen.push({ number, type: view.type, forRules, params });
    }
  }
  await stream.close();
  return { seen, tables, warnings: stream.reader.warnings, stream };
}

const CHDIR = eventId('syscall_chdir_x');
const chdir = (path: string): EventFields => ({ type: CHDIR, params: [i64(0), text(path)] });
const many = (count: number) =>
  Buffer.concat([
    section(),
    ...Array.from({ length: count }, (_, i) => eventBlock(chdir(`/${i}`))),
  ]);

describe('CaptureStream reads the same events', () => {
  const plain = many(2000);
  const cases: readonly [string, Buffer, number][] = [
    ['in one piece', plain, plain.length],
    ['byte by byte', many(40), 1],
    ['in odd pieces', plain, 777],
    ['from gzip', gzipSync(plain), 500],
    ['from two gzip members', Buffer.concat([gzipSync(plain), gzipSync(plain)]), 500],
    ['from zstd', zstdCompressSync(plain), 500],
  ];
  test.each(cases)('%s', async (_name, bytes, pieceSize) => {
    const { seen, warnings } = await readAll(bytes, pieceSize);
    expect(warnings).toEqual([]);
    expect(seen.length).toBeGreaterThanOrEqual(40);
    const perSection = Math.min(seen.length, 2000);
    for (const [i, { number, params }] of seen.entries()) {
      expect(number).toBe(i + 1);
      expect(params[1]).toBe(`/${i % perSection}`);
    }
  });
});

describe('CaptureStream reads every kind of event block', () => {
  const flags = (value: number) => u32(value);
  const cases: readonly [string, number, Buffer, boolean][] = [
    ['EV', 0x204, event(chdir('/x'), 1), true],
    ['EV of early writers', 0x8010abcd, event(chdir('/x'), 1), true],
    ['EVF', 0x208, Buffer.concat([flags(0), event(chdir('/x'), 1)]), true],
    ['EVF, state only', 0x208, Buffer.concat([flags(1), event(chdir('/x'), 1)]), false],
    ['EV v2', 0x216, event(chdir('/x')), true],
    ['EVF v2, state only', 0x217, Buffer.concat([flags(1), event(chdir('/x'))]), false],
    ['large EV v2', 0x221, event(chdir('/x')), true],
    ['large EVF v2', 0x222, Buffer.concat([flags(4), event(chdir('/x'))]), true],
  ];
  test.each(cases)('%s', async (_name, type, body, forRules) => {
    const cpu = u16(3);
    const { seen, warnings } = await readAll(
      Buffer.concat([section(), block(type, Buffer.concat([cpu, body]))]),
    );
    expect(warnings).toEqual([]);
    expect(seen).toMatchObject([{ number: 1, type: CHDIR, forRules }]);
    expect(seen[0]?.params[1]).toBe('/x');
  });

  test('an event with 32-bit lengths', async () => {
    const json = `{"container":{"env":"${'e'.repeat(100_000)}"}}`;
    const fields: EventFields = {
      type: eventId('container_json_2_e'),
      params: [text(json)],
      lengthSize: 4,
    };
    const { seen } = await readAll(
      Buffer.concat([
        section(),
        eventBlock(chdir('/')),
        block(0x221, Buffer.concat([u16(0), event(fields)])),
      ]),
    );
    expect(seen[1]?.params[0]).toBe(json);
    expect(seen[1]?.forRules).toBe(true);
  });

  test('container and user events before the first system call are state alone', async () => {
    const user = { type: eventId('user_added_e'), params: [] };
    const { seen } = await readAll(
      Buffer.concat([section(), eventBlock(user), eventBlock(chdir('/')), eventBlock(user)]),
    );
    expect(seen.map(({ forRules }) => forRules)).toEqual([false, true, true]);
  });

  test('event types that are not known are skipped', async () => {
    const unknown = eventBlock({ type: 4000, params: [text('x')] });
    const { seen, stream } = await readAll(
      Buffer.concat([section(), unknown, eventBlock(chdir('/'))]),
    );
    expect(seen).toHaveLength(1);
    expect(stream.reader.unknownTypes).toBe(1);
  });
});

describe('CaptureStream gives what can be read, and says where it ends', () => {
  const whole = many(3);
  const last = eventBlock(chdir('/2')).length;
  const cutAt = whole.length - last;
  const after = Buffer.concat([whole, eventBlock(chdir('/3'))]);
  const cases: readonly [string, Buffer, number, string | undefined][] = [
    [
      'cut inside a block',
      whole.subarray(0, whole.length - 3),
      2,
      `byte ${cutAt}: the capture is cut`,
    ],
    [
      'cut inside a block header',
      whole.subarray(0, cutAt + 5),
      2,
      `byte ${cutAt}: the capture is cut`,
    ],
    ['cut between blocks', whole.subarray(0, cutAt), 2, undefined],
    ['empty', Buffer.alloc(0), 0, 'byte 0: this is not a .scap capture: it is empty'],
    ['text', Buffer.from('{"a": 1}\n'.repeat(10)), 0, 'byte 0: this is not a .scap capture'],
    [
      'a trailer that differs',
      Buffer.concat([whole, block(0x216, Buffer.alloc(40), { tail: 8 }), whole]),
      3,
      `byte ${whole.length}: block length 52 in its header is not that in its trailer`,
    ],
    [
      'a block of 4 GB',
      Buffer.concat([whole, block(0x216, Buffer.alloc(40), { head: 0xfffffff0 })]),
      3,
      `byte ${whole.length}: block length 4294967280 is more than the limit`,
    ],
    [
      'a block of 7 bytes',
      Buffer.concat([whole, block(0x216, Buffer.alloc(40), { head: 7 })]),
      3,
      `byte ${whole.length}: block length 7 is less than the 12`,
    ],
    [
      'another byte order',
      Buffer.concat([block(0x0a0d0d0a, Buffer.from('1a2b3c4d0001000200000000', 'hex')), whole]),
      0,
      'byte 0: the section header has another byte order',
    ],
    ['a newer format', Buffer.concat([section(2), whole]), 0, 'byte 0: format version 2'],
    ['gzip cut short', gzipSync(after).subarray(0, -9), 4, 'reading ended early: unexpected end'],
    ['zstd cut inside its one block', zstdCompressSync(after).subarray(0, -1), 0, 'ended early'],
  ];
  test.each(cases)('%s', async (_name, bytes, events, warning) => {
    const { seen, warnings } = await readAll(bytes);
    expect(seen).toHaveLength(events);
    if (warning === undefined) expect(warnings).toEqual([]);
    else {
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(warning);
    }
  });

  test('what gzip gave before it was cut is read', async () => {
    const bytes = gzipSync(many(20_000));
    const { seen, warnings } = await readAll(bytes.subarray(0, bytes.length >> 1));
    expect(seen.length).toBeGreaterThan(5000);
    expect(warnings).toHaveLength(1);
  });

  test('an event that lies about its lengths is left out alone', async () => {
    const bytes = eventBlock(chdir('/lies'));
    const countAt = 8 + 2 + 22;
    for (const lie of [3, 0xffff, 0xffffffff]) {
      const lying = Buffer.from(bytes);
      lying.writeUInt32LE(lie, countAt);
      const { seen, stream, warnings } = await readAll(
        Buffer.concat([section(), lying, eventBlock(chdir('/true'))]),
      );
      expect(seen.map(({ params }) => params[1])).toEqual(['/true']);
      expect(stream.reader.malformed).toBe(1);
      expect(warnings[0]).toContain('byte 28: an event whose lengths do not add up');
    }
  });
});

describe('CaptureStream stays small', () => {
  test('when a bomb unpacks to a gigabyte', async () => {
    const skipped = block(0x999, Buffer.alloc(4 * 1024 * 1024));
    const member = gzipSync(skipped, { level: 9 });
    const bytes = Buffer.concat([gzipSync(section()), ...Array(256).fill(member)]);
    const before = process.memoryUsage().arrayBuffers;
    const { warnings, stream } = await readAll(bytes, 64 * 1024);
    expect(warnings).toEqual([]);
    expect(stream.reader.offset).toBe(section().length + 256 * skipped.length);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(96 * 1024 * 1024);
  }, 30_000);

  test('when a length promises more than there is', async () => {
    const bytes = Buffer.concat([
      section(),
      block(0x215, Buffer.alloc(16), { head: CAPTURE_TABLE_BLOCK_BYTES }),
    ]);
    const { warnings, stream } = await readAll(bytes);
    expect(warnings[0]).toContain('the capture is cut');
    expect(stream.view.bytes.length).toBeLessThan(2 * CAPTURE_WINDOW_BYTES);
  });

  test('after a block that was larger than the window', async () => {
    const bytes = Buffer.concat([section(), block(0x999, Buffer.alloc(3_000_000)), many(30_000)]);
    const { seen, stream } = await readAll(bytes, 100_000);
    expect(seen).toHaveLength(30_000);
    expect(stream.view.bytes.length).toBeLessThan(2 * CAPTURE_WINDOW_BYTES);
  });
});
