import type { Evaluation } from '#model/evaluation.ts';
import { EVENTS } from '#model/event-schema.ts';
import type { FieldRow } from './define.ts';
import { defineFields } from './define.ts';
import { isConnection } from './event-fd.ts';
import type { FieldDef, TypeView } from './field.ts';
import { paramBytes } from './param-value.ts';

/**
 * Midwatch's own: DNS questions in what is sent to port 53, read from the bytes that the event kept
 * (RFC 1035). Over TCP a message is preceded by its length. A question cut short has no name.
 */

export const DNS_PORT = 53;
const HEADER_BYTES = 12;
const NAME_BYTES_MAX = 255;

interface DnsQuestion {
  /** Lower case, without the final dot. */
  readonly name: string;
  readonly type: string;
  /** How many questions the message says it has. */
  readonly count: number;
}

const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  10: 'NULL',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  35: 'NAPTR',
  43: 'DS',
  48: 'DNSKEY',
  64: 'SVCB',
  65: 'HTTPS',
  255: 'ANY',
  257: 'CAA',
};

/** The first question of a DNS message; undefined where the bytes are none. */
function parseDnsQuestion(bytes: string): DnsQuestion | undefined {
  if (bytes.length < HEADER_BYTES + 5) return undefined;
  // Answers repeat the question: who asked has been seen already.
  const isResponse = (bytes.charCodeAt(2) & 0x80) !== 0;
  const count = uint16(bytes, 4);
  if (isResponse || count === 0 || count > 64) return undefined;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const length = bytes.charCodeAt(at);
    if (length === 0) break;
    if (Number.isNaN(length) || length > 63 || at + length >= bytes.length) return undefined;
    labels.push(bytes.slice(at + 1, at + 1 + length));
    at += length + 1;
    if (at - HEADER_BYTES > NAME_BYTES_MAX) return undefined;
  }
  if (at + 3 > bytes.length) return undefined;
  const type = uint16(bytes, at + 1);
  return { name: labels.join('.').toLowerCase(), type: TYPES[type] ?? `TYPE${type}`, count };
}

function uint16(bytes: string, at: number): number {
  return (bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1);
}

const SENDS: ReadonlySet<string> = new Set([
  'sendto',
  'sendmsg',
  'sendmmsg',
  'send',
  'write',
  'writev',
]);
const dataIndex = EVENTS.map((event) =>
  SENDS.has(event.name) && !event.isEnter
    ? event.params.findIndex((param) => param.name === 'data')
    : -1,
);
const tupleIndex = EVENTS.map((event) =>
  event.params.findIndex((param) => param.type === 'socktuple'),
);

const FAMILY = { inet: 2, inet6: 10 } as const;

/** Where an unconnected socket sends to is told by the call, else by the fd. */
function destinationPort(ctx: Evaluation): number | undefined {
  const tuple = paramBytes(ctx.evt, tupleIndex[ctx.evt.type] ?? -1);
  const family = tuple?.charCodeAt(0);
  if (tuple !== undefined && (family === FAMILY.inet || family === FAMILY.inet6)) {
    return tuple.charCodeAt(tuple.length - 2) | (tuple.charCodeAt(tuple.length - 1) << 8);
  }
  return ctx.fd !== undefined && isConnection(ctx.fd) ? ctx.fd.destinationPort : undefined;
}

const TCP = 1;

/** Parsed anew for each field: rules look at one or two, and few events are questions. */
function question(ctx: Evaluation): DnsQuestion | undefined {
  const index = dataIndex[ctx.evt.type] ?? -1;
  if (index < 0 || destinationPort(ctx) !== DNS_PORT) return undefined;
  const bytes = paramBytes(ctx.evt, index);
  if (bytes === undefined) return undefined;
  return parseDnsQuestion(ctx.fd?.l4proto === TCP ? bytes.slice(2) : bytes);
}

const forType = (type: number): TypeView | undefined =>
  (dataIndex[type] ?? -1) < 0 ? { constant: undefined } : undefined;

const ROWS: readonly FieldRow[] = [
  ['dns.question.name', 'CHARBUF', 'Name asked for, in lower case.', (ctx) => question(ctx)?.name],
  [
    'dns.question.type',
    'CHARBUF',
    'Kind of record asked for: A, AAAA, TXT …',
    (ctx) => question(ctx)?.type,
  ],
  [
    'dns.question.count',
    'UINT16',
    'How many questions the message has.',
    (ctx) => question(ctx)?.count,
  ],
];

export const DNS_FIELDS: readonly FieldDef[] = defineFields(
  { cost: 200, own: true, forType },
  ROWS,
);
