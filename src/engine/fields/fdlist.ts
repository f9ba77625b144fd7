import type { Evaluation } from '#model/evaluation.ts';
import { EVENTS } from '#model/event-schema.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
import { ipText } from './address-text.ts';
import type { FieldRow } from './define.ts';
import { defineFields } from './define.ts';
import { fdOf, isConnection } from './event-fd.ts';
import type { Extract, FieldDef } from './field.ts';
import { paramBytes } from './param-value.ts';

/** Fields of the fds that poll and its kin wait for. */

const listIndex = EVENTS.map((event) => event.params.findIndex((param) => param.type === 'fdlist'));

function listed(ctx: Evaluation): readonly number[] | undefined {
  const index = listIndex[ctx.evt.type] ?? -1;
  const bytes = index < 0 ? undefined : paramBytes(ctx.evt, index);
  if (bytes === undefined) return undefined;
  const data = Buffer.from(bytes, 'latin1');
  const fds: number[] = [];
  for (let at = 2; at + 10 <= data.length; at += 10) fds.push(Number(data.readBigInt64LE(at)));
  return fds;
}

function each(text: (fd: FdInfo) => string): Extract {
  return (ctx) =>
    listed(ctx)
      ?.map((num) => {
        const fd = fdOf(ctx, num);
        return fd === undefined ? '<NA>' : text(fd);
      })
      .join(',');
}

const end = (text: (fd: FdInfo) => string): Extract =>
  each((fd) => (isConnection(fd) && fd.isServer !== undefined ? text(fd) : '<NA>'));

const ROWS: readonly FieldRow[] = [
  [
    'fdlist.nums',
    'CHARBUF',
    'Numbers of the fds waited for, with commas.',
    (ctx) => listed(ctx)?.join(','),
  ],
  ['fdlist.names', 'CHARBUF', 'Their names.', each((fd) => fd.name)],
  ['fdlist.cips', 'CHARBUF', "Their clients' addresses.", end((fd) => ipText(fd.sourceIp))],
  ['fdlist.sips', 'CHARBUF', "Their servers' addresses.", end((fd) => ipText(fd.destinationIp))],
  ['fdlist.cports', 'CHARBUF', "Their clients' ports.", end((fd) => String(fd.sourcePort))],
  ['fdlist.sports', 'CHARBUF', "Their servers' ports.", end((fd) => String(fd.destinationPort))],
];

export const FDLIST_FIELDS: readonly FieldDef[] = defineFields({ cost: 300 }, ROWS);
