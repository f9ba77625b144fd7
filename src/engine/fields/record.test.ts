import { expect, test } from 'vitest';
import { Evaluation } from '#model/evaluation.ts';
import { eventId } from '#model/event-schema.ts';
import { RECORD, RECORD_FLAG } from '#model/event-view.ts';
import { RECORD_FIELDS } from './record.ts';

function live(constant: string, flags: number): Evaluation {
  const bytes = Buffer.alloc(RECORD.headerSize + 26);
  bytes.writeUInt16LE(flags, RECORD.flags);
  bytes.writeUInt16LE(eventId(constant), RECORD.headerSize + 20);
  const ctx = new Evaluation(Object.create(null));
  ctx.evt.over(bytes).atRecord(0);
  return ctx;
}

function value(name: string, ctx: Evaluation): unknown {
  const field = RECORD_FIELDS.find((candidate) => candidate.name === name);
  const view = field?.forType?.(ctx.evt.type, '');
  return view !== undefined && 'constant' in view ? view.constant : field?.extract(ctx, '');
}

test.each([
  ['evt.is_open_foreign', 'syscall_openat_2_x', RECORD_FLAG.foreignMount, true],
  ['evt.is_open_foreign', 'syscall_openat_2_x', RECORD_FLAG.critical, false],
  ['evt.is_open_foreign', 'syscall_execve_19_x', RECORD_FLAG.foreignMount, undefined],
  ['evt.is_exec_32bit', 'syscall_execve_19_x', RECORD_FLAG.compat32, true],
  ['evt.is_exec_32bit', 'syscall_execve_19_x', 0, false],
  ['evt.is_exec_32bit', 'syscall_openat_2_x', RECORD_FLAG.compat32, undefined],
])('%s of %s with flags %i is %s', (name, constant, flags, expected) => {
  expect(value(name, live(constant, flags))).toBe(expected);
});

test('a capture does not tell', () => {
  const ctx = live('syscall_execve_19_x', RECORD_FLAG.compat32);
  ctx.evt.at(RECORD.headerSize);
  expect(value('evt.is_exec_32bit', ctx)).toBeUndefined();
});
