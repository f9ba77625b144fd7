import { describe, expect, test } from 'vitest';
import { EVENTS, eventId } from '#model/event-schema.ts';
import { EventView } from '#model/event-view.ts';
import type { EventFields } from './capture-fixture.ts';
import { event, i64, text, u16, u32 } from './capture-fixture.ts';
import { CONVERSIONS, SOURCE, SOURCE_KIND_MASK } from './conversion.ts';
import { EventConverter, SCRATCH_SIZE, VERDICT } from './event-converter.ts';
import { StoredEnters } from './stored-enters.ts';

const view = new EventView().over(Buffer.alloc(SCRATCH_SIZE + 256 * 1024));

function convert(converter: EventConverter, fields: EventFields) {
  const bytes = event(fields);
  bytes.copy(view.bytes, SCRATCH_SIZE);
  view.at(SCRATCH_SIZE, fields.lengthSize === 4);
  view.cpu = 2;
  const verdict = converter.convert();
  converter.enters.settle();
  return { verdict, name: EVENTS[view.type]?.constant, params: paramsOf() };
}

function paramsOf(): Buffer[] {
  return Array.from({ length: view.paramCount }, (_, i) => {
    const start = view.paramStart(i);
    return Buffer.from(view.bytes.subarray(start, start + view.paramLength(i)));
  });
}

const id = eventId;
const NONE = Buffer.alloc(0);

describe('EventConverter', () => {
  test('joins an enter event with its exit, and numbers neither its own nor another thread', () => {
    const converter = new EventConverter(view, 0);
    const enter = { type: id('syscall_read_e'), params: [i64(7), u32(512)], tid: 1 };
    expect(convert(converter, enter).verdict).toBe(VERDICT.drop);
    convert(converter, { ...enter, params: [i64(8), u32(99)], tid: 2 });
    const exit = { type: id('syscall_read_x'), params: [i64(3), text('ab')], tid: 1, timeNs: 77n };
    expect(convert(converter, exit)).toEqual({
      verdict: VERDICT.evaluate,
      name: 'syscall_read_x',
      params: [i64(3), text('ab'), i64(7), u32(512)],
    });
    expect(view).toMatchObject({
      tid: 1,
      timestampNs: 77n,
      cpu: 2,
      length: 26 + 8 + 8 + 3 + 8 + 4,
    });
  });

  test('rebuilds a retired type as its successor, step by step', () => {
    const converter = new EventConverter(view, 0);
    const old = { type: id('syscall_brk_1_e'), params: [u32(5)] };
    expect(convert(converter, old).verdict).toBe(VERDICT.drop);
    expect(convert(converter, { type: id('syscall_brk_1_x'), params: [i64(9)] })).toEqual({
      verdict: VERDICT.evaluate,
      name: 'syscall_brk_4_x',
      params: [i64(9), u32(5), NONE, NONE, NONE],
    });
    const execve = ['0', 'exe', 'args', '1', '1', '1', '/', '1'];
    const first = execve.map((value, i) =>
      i === 0 || i > 2 ? i64(Number(value) || 0) : text(value),
    );
    const rebuilt = convert(converter, { type: id('syscall_execve_8_x'), params: first });
    expect(rebuilt.name).toBe('syscall_execve_19_x');
    expect(rebuilt.params).toHaveLength(EVENTS[id('syscall_execve_19_x')]?.params.length ?? 0);
    expect(rebuilt.params[1]).toEqual(text('exe'));
    expect(rebuilt.params.at(-1)).toEqual(NONE);
  });

  test('gives zero or null, as the table says, where no enter event was kept', () => {
    const converter = new EventConverter(view, 0);
    const read = { type: id('syscall_read_x'), params: [i64(3), text('ab')] };
    expect(convert(converter, read).params.slice(2)).toEqual([i64(0), u32(0)]);
    const unlink = convert(converter, { type: id('syscall_unlink_x'), params: [i64(0)] });
    expect(unlink).toMatchObject({ name: 'syscall_unlink_2_x', params: [i64(0), NONE] });
    expect(converter.mismatched).toBe(0);
  });

  test('gives null, counted, where the kept enter event is of another system call', () => {
    const converter = new EventConverter(view, 0);
    convert(converter, { type: id('syscall_epollwait_e'), params: [i64(1)] });
    const futex = { type: id('syscall_futex_x'), params: [i64(0)] };
    expect(convert(converter, futex).params).toEqual([i64(0), NONE, NONE, NONE]);
    expect(converter.mismatched).toBe(3);
    const wait = convert(converter, { type: id('syscall_epollwait_x'), params: [i64(4)] });
    expect(wait.params).toEqual([i64(4), i64(1)]);
  });

  test('passes what state needs of an enter event, hidden from rules', () => {
    const converter = new EventConverter(view, 0);
    const open = { type: id('syscall_open_e'), params: [text('/x'), u32(0), u32(0)] };
    expect(convert(converter, open).verdict).toBe(VERDICT.state);
    expect(convert(converter, { type: id('syscall_open_e') })).toMatchObject({
      verdict: VERDICT.state,
      params: [NONE, NONE, NONE],
    });
    const connect = { type: id('socket_connect_e'), params: [i64(3), Buffer.from([1, 47, 0])] };
    expect(convert(converter, connect).verdict).toBe(VERDICT.state);
    const exit = convert(converter, {
      type: id('socket_connect_x'),
      params: [i64(0), NONE, i64(3)],
    });
    expect(exit.params[3]).toEqual(Buffer.from([1, 47, 0]));
  });

  test('keeps a converted enter event from being overwritten by the next conversions', () => {
    const converter = new EventConverter(view, 0);
    for (const tid of [1, 2, 3]) {
      convert(converter, { type: id('socket_connect_e'), params: [i64(tid + 40)], tid });
    }
    for (const tid of [1, 2, 3]) {
      const exit = { type: id('socket_connect_x'), params: [i64(0), NONE], tid };
      expect(convert(converter, exit).params[2]).toEqual(i64(tid + 40));
    }
  });

  test('drops retired enter events and unused ids, and passes current events untouched', () => {
    const converter = new EventConverter(view, 0);
    expect(convert(converter, { type: id('socket_getsockname_e') }).verdict).toBe(VERDICT.drop);
    expect(convert(converter, { type: id('procexit_x') }).verdict).toBe(VERDICT.drop);
    const chdir = { type: id('syscall_chdir_x'), params: [i64(0), text('/')] };
    convert(converter, chdir);
    expect(view.base).toBe(SCRATCH_SIZE);
  });

  test('writes the JSON that a container event of the first form stands for', () => {
    const converter = new EventConverter(view, 0);
    const params = [text('abc'), u32(1), text('web'), text('nginx:1')];
    const built = convert(converter, { type: id('container_e'), params });
    expect(built.name).toBe('container_json_2_e');
    expect(JSON.parse(built.params[0]?.toString('latin1').slice(0, -1) ?? '')).toEqual({
      container: { id: 'abc', type: 1, name: 'web', image: 'nginx:1' },
    });
  });

  test('leaves an exit event in a shape that the table does not know as it is', () => {
    const converter = new EventConverter(view, 0);
    const params = Array.from({ length: 9 }, () => u16(1));
    const { verdict } = convert(converter, { type: id('syscall_read_x'), params });
    expect(verdict).toBe(VERDICT.evaluate);
    expect(converter.unknownShapes).toBe(1);
  });

  test('ends every chain of the table in a complete event of a current type', () => {
    const converter = new EventConverter(view, 0);
    for (const [type, shapes] of CONVERSIONS.entries()) {
      for (const count of shapes?.keys() ?? []) {
        if (shapes?.[count] === undefined) continue;
        const lengthSize = EVENTS[type]?.flags.has('large') ? 4 : 2;
        const params = Array.from({ length: count }, () => i64(0));
        const { verdict, name } = convert(converter, { type, params, lengthSize });
        const info = EVENTS[view.type];
        const row = `${EVENTS[type]?.constant} with ${count}`;
        expect(converter.unknownShapes, row).toBe(0);
        if (verdict !== VERDICT.drop) {
          expect(view.paramCount, `${row} → ${name}`).toBe(info?.params.length);
          expect(info?.flags.has('old') && verdict === VERDICT.evaluate, row).toBe(false);
        }
      }
    }
  });

  test('has a table whose sources exist', () => {
    for (const [type, shapes] of CONVERSIONS.entries()) {
      for (const [count, conversion] of shapes?.entries() ?? []) {
        for (const source of conversion?.sources ?? []) {
          const kind = source & SOURCE_KIND_MASK;
          const index = source & 0xff;
          if (kind === SOURCE.old) expect(index).toBeLessThan(count);
          if (kind === SOURCE.enterOrNull || kind === SOURCE.enterOrZero) {
            expect(index).toBeLessThan(EVENTS[type - 1]?.params.length ?? 0);
          }
        }
      }
    }
  });
});

describe('StoredEnters', () => {
  const shown = new EventView();
  const store = (enters: StoredEnters, tid: number, size = 10) => {
    const bytes = event({ type: 2, tid, params: [Buffer.alloc(size, tid)] });
    shown.over(Buffer.concat([bytes, Buffer.alloc(4)])).at(0);
    enters.store();
    enters.settle();
  };

  test('keeps the last event of a thread until it is released', () => {
    const enters = new StoredEnters(shown);
    store(enters, 1);
    store(enters, 2, 1000);
    store(enters, 2, 2000);
    expect([enters.find(1), enters.find(2), enters.find(3)]).toEqual([2, 2, -1]);
    enters.find(2);
    expect(enters.data.getUint32(enters.base + 16, true)).toBe(26 + 2 + 2000);
    enters.release(2);
    expect([enters.find(1), enters.find(2)]).toEqual([2, -1]);
    enters.forget();
    expect(enters.find(1)).toBe(-1);
  });

  test('forgets only threads outside system calls when there are many', () => {
    const enters = new StoredEnters(shown);
    store(enters, 1);
    for (let tid = 2; tid < 200_000; tid++) {
      store(enters, tid);
      enters.release(tid);
    }
    expect(enters.find(1)).toBe(2);
    expect(enters.lost).toBe(0);
  });

  test('loses and counts what does not fit', () => {
    const enters = new StoredEnters(shown);
    for (let tid = 1; tid <= 40_000; tid++) store(enters, tid);
    expect(enters.lost).toBe(40_000 - 32_768);
    expect(enters.find(40_000)).toBe(2);
    const large = new StoredEnters(shown);
    for (let tid = 1; tid <= 200; tid++) store(large, tid, 60_000);
    expect(large.lost).toBeGreaterThan(50);
    expect(large.find(1)).toBe(2);
  });
});
