import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EVENTS, eventId } from '#model/event-schema.ts';
import { RECORD, RECORD_FLAG } from '#model/event-view.ts';
import { FILTER_SETS_MAX } from '#model/limits.ts';
import { CONTROL, CONTROL_SIZE, LAST_WAKE, READER_RETURNS } from '#sensor/kernel/filter-table.ts';
import { kernelConfig } from '#sensor/kernel/kernel-config.ts';
import {
  FAILED_EXEC_PROGRAMS,
  FINISH_PROGRAM,
  KERNEL_PROGRAMS,
} from '#sensor/kernel/kernel-programs.ts';
import { readPrograms, readStructs } from './read-object.ts';

const BPF = join(import.meta.dirname, '../../bpf');
const object = readFileSync(join(BPF, 'midwatch.bpf.o'));
const sources = readdirSync(BPF)
  .filter((name) => /\.(h|bpf\.c)$/.test(name))
  .map((name) => readFileSync(join(BPF, name), 'utf8'));

describe('the object and TypeScript agree on', () => {
  const structs = readStructs(object);

  test('the record prefix', () => {
    expect(structs.get('record')).toMatchObject({
      size: RECORD.headerSize,
      members: {
        start_ns: RECORD.startNs,
        cgroup_id: RECORD.cgroupId,
        pid: RECORD.pid,
        event_length: RECORD.eventLength,
        fd_length: RECORD.fdLength,
        flags: RECORD.flags,
        cpu: RECORD.cpu,
      },
    });
  });

  test('the record’s flags', () => {
    const flags = { ...sources.join('\n').match(/enum record_flag \{([^}]+)\}/) }[1] ?? '';
    const values = Object.fromEntries(
      [...flags.matchAll(/RECORD_(\w+) = (\d+)/g)].map(([, name = '', value]) => [
        name,
        Number(value),
      ]),
    );
    expect(values).toEqual({
      TRUNCATED: RECORD_FLAG.truncated,
      COMPAT32: RECORD_FLAG.compat32,
      KERNEL_THREAD: RECORD_FLAG.kernelThread,
      CRITICAL: RECORD_FLAG.critical,
      FOREIGN_MOUNT: RECORD_FLAG.foreignMount,
    });
  });

  test('the memory that filters are written to', () => {
    expect(structs.get('type_rule')).toEqual({
      size: CONTROL.ruleSize,
      members: { mode: 0, set: CONTROL.ruleSets },
    });
    expect(structs.get('filter_set')).toEqual({
      size: CONTROL.setSize,
      members: { need: 0, parts: 2, prefix_depth: 4, bits: CONTROL.setBits },
    });
    expect(structs.get('control')?.members).toMatchObject({ rules: 0, sets: CONTROL.sets });
    expect(structs.get('control')).toMatchObject({
      size: CONTROL_SIZE,
      members: { last_wake: LAST_WAKE, reader_returns: READER_RETURNS },
    });
    expect(CONTROL.setCount).toBe(2 * FILTER_SETS_MAX);
  });

  test('the settings', () => {
    expect(structs.get('config')).toEqual({
      size: kernelConfig(1).length,
      members: { own_pid: 0, cgroup_hierarchy: 4, bulk_wake_ns: 8, critical_wake_ns: 16 },
    });
  });

  test('the programs and their places', () => {
    const listed = new Map(
      [...KERNEL_PROGRAMS, ...FAILED_EXEC_PROGRAMS].map(({ name, tracepoint }) => [
        name,
        tracepoint,
      ]),
    );
    for (const [name, section] of readPrograms(object)) {
      if (name === FINISH_PROGRAM) continue;
      expect([name, listed.has(name)]).toEqual([name, true]);
      const place = section.startsWith('tp_btf/') ? undefined : section.replace('tracepoint/', '');
      expect([name, listed.get(name)]).toEqual([name, place]);
      listed.delete(name);
    }
    expect([...listed.keys()]).toEqual([]);
  });

  test('the event types’ numbers', () => {
    const [, list = ''] = /enum event_type \{([^}]+)\}/.exec(sources.join('\n')) ?? [];
    const types = [...list.matchAll(/(\w+) = (\d+),/g)];
    expect(types.length).toBeGreaterThan(70);
    for (const [, name = '', id] of types) {
      expect([name, Number(id)]).toEqual([name, eventId(name.toLowerCase())]);
    }
  });

  test('how many parameters each type has', () => {
    const begun = /(?:BEGIN\(|begin\(e, \w+, |OPENED\(ctx, )(\w+_[XE]), (\d+)/g;
    const calls = sources.flatMap((source) => [...source.matchAll(begun)]);
    expect(calls.length).toBeGreaterThan(60);
    for (const [, name = '', params] of calls) {
      const expected = EVENTS[eventId(name.toLowerCase())]?.params.length;
      expect([name, Number(params)]).toEqual([name, expected]);
    }
  });
});
