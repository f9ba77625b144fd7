/**
 * Fuzzes the process table of captures: events that are well formed and make no sense together. A
 * handful of threads are each other's parents, run other programs, end and come again, under ids
 * and flags at random. Nothing may throw or go in circles, every field must have an answer for
 * every event, and what is counted must be what is there. Each input is made from its own seed.
 */
import assert from 'node:assert/strict';
import { block, eventBlock, i64, section, text, u16, u32 } from '#capture/capture-fixture.ts';
import { CaptureStream } from '#capture/capture-stream.ts';
import { resolveField } from '#engine/fields/resolve-field.ts';
import { FIELDS } from '#engine/fields/table.ts';
import { CaptureProcesses } from '#engine/process/capture-processes.ts';
import { CLONE_FLAG } from '#engine/process/clone-flags.ts';
import { Evaluation } from '#model/evaluation.ts';
import type { EventInfo } from '#model/event-schema.ts';
import { EVENTS } from '#model/event-schema.ts';
import { TABLES } from './capture.ts';
import { MemorySource } from './memory-source.ts';
import { Random } from './random.ts';

const EVENTS_AN_INPUT = 120;
const TIDS = 6;
const FDS = 5;
/** Of a process table that is too small. */
const FEW_THREADS = 4;

const STATE_EVENTS = EVENTS.flatMap((info, type) => (info.flags.has('state') ? [type] : []));
const TREE_EVENTS = EVENTS.flatMap(({ constant }, type) =>
  /^(syscall_(clone_20|vfork_20|clone3|execve_19|execveat)_x|procexit_1_e)$/.test(constant)
    ? [type]
    : [],
);

const CONTAINER = JSON.stringify({
  container: { id: 'abcdefabcdef', name: 'n', image: 'i', ip: '10.0.0.2', type: 0 },
});
const TEXTS = [
  '',
  '/',
  '.',
  '../..',
  '/etc//passwd',
  'a/b',
  '<NA>',
  'x'.repeat(300),
  'cpu=/docker/\0',
  `cpu=/docker/${'ab'.repeat(32)}\0memory=/`,
  CONTAINER,
  '{',
  'HOME=/\0\0',
];
const ADDRESSES = [
  Buffer.from([2, 10, 0, 0, 1, 0x50, 0]),
  Buffer.from([2, 10, 0, 0, 1, 0x50, 0, 10, 0, 0, 2, 0x51, 0]),
  Buffer.concat([Buffer.from([10]), Buffer.alloc(16, 1), u16(80), Buffer.alloc(16, 2), u16(81)]),
  Buffer.concat([Buffer.from([1]), Buffer.alloc(16, 3), text('/run/x.sock')]),
  Buffer.from([2, 10]),
];
const FLAGS = [0, 1, 0x1003, ...Object.values(CLONE_FLAG), 0xffff_ffff];

const READS = FIELDS.flatMap(({ name, arg, sources }) => {
  if (!sources.includes('syscall')) return [];
  const args = arg === 'none' ? [undefined] : arg === 'optional' ? [undefined, '1'] : ['1', 'a'];
  return args.flatMap((each) => {
    const resolved = resolveField(name, each);
    return resolved.ok ? [resolved.field.read] : [];
  });
});

/** Plays one input and reads every field now and then; gives how many events there were. */
export async function fuzzCaptureStateOnce(seed: number): Promise<number> {
  const random = new Random(seed);
  const state = new CaptureProcesses(random.below(4) === 0 ? FEW_THREADS : undefined);
  const ctx = new Evaluation(state);
  const source = new MemorySource(makeCapture(random));
  const stream = new CaptureStream(source, state, ctx.evt);
  while (await stream.fill()) {
    while (stream.next()) {
      ctx.evtNum = stream.number;
      state.apply(ctx);
      if (random.below(8) === 0) for (const read of READS) read(ctx);
      ctx.leaveEvent();
    }
  }
  assert.equal(stream.reader.malformed, 0);
  // A leader whose number went to another thread is still that of its own threads.
  const tables = new Set<ReadonlyMap<number, unknown>>();
  for (const thread of state.threads.table.all()) {
    for (const { fds } of [thread, thread.group?.leader ?? thread]) if (fds) tables.add(fds);
  }
  const open = [...tables].reduce((sum, { size }) => sum + size, 0);
  assert.equal(state.fds.size, open, 'open files are counted as they come and go');
  return stream.number;
}

function makeCapture(random: Random): Buffer {
  const parts = [section()];
  for (let i = random.below(3); i > 0; i--) parts.push(random.pick(TABLES));
  for (let i = 0; i < EVENTS_AN_INPUT; i++) parts.push(anyEvent(random));
  if (random.below(8) === 0) parts.push(section(), block(0x201, Buffer.alloc(180)));
  return Buffer.concat(parts);
}

function anyEvent(random: Random): Buffer {
  const what = random.below(8);
  const type =
    what === 0 ? random.below(EVENTS.length) : random.pick(what < 4 ? TREE_EVENTS : STATE_EVENTS);
  const info = EVENTS[type];
  const params = (info?.params ?? []).map((param) => anyParam(random, param));
  const isLarge = info?.flags.has('large') === true;
  const timeNs = BigInt(random.below(5)) * 1_000_000_000n + 1n;
  const tid = random.below(TIDS) - 1;
  return eventBlock({ type, params, tid, timeNs, lengthSize: isLarge ? 4 : 2 });
}

function anyParam(random: Random, { type, name }: EventInfo['params'][number]): Buffer {
  if (random.below(12) === 0) return Buffer.alloc(0);
  if (type === 'pid' || name === 'res') return i64(random.below(TIDS + 1) - 2);
  if (type === 'fd') return i64(random.below(20) === 0 ? -100 : random.below(FDS) - 1);
  if (type === 'sockaddr' || type === 'socktuple') return random.pick(ADDRESSES);
  if (type === 'flags32') return u32((random.pick(FLAGS) | random.pick(FLAGS)) >>> 0);
  const size = SIZES.get(type);
  if (size === undefined) return text(random.pick(TEXTS));
  const value = Buffer.alloc(size);
  value.writeUIntLE(random.below(4), 0, Math.min(size, 6));
  return value;
}

const SIZES = new Map<string, number>(
  [
    ['int8', 'uint8', 'flags8', 'enumflags8', 'sigtype'],
    ['int16', 'uint16', 'flags16', 'enumflags16', 'syscallid', 'port'],
    ['int32', 'uint32', 'enumflags32', 'uid', 'gid', 'mode', 'sigset', 'fd32', 'pid32'],
    ['int64', 'uint64', 'reltime', 'abstime', 'errno'],
  ].flatMap((types, power) => types.map((type): [string, number] => [type, 2 ** power])),
);
