import { compactJson } from '#lib/json-tree.ts';
import type { FieldRow } from './define.ts';
import { defineFields } from './define.ts';
import type { FieldDef } from './field.ts';
import { paramText } from './param-value.ts';
import {
  dateTimeSecondsText,
  dateTimeText,
  isoTimeText,
  timeSecondsText,
  timeText,
} from './time-text.ts';

/** Fields of the event that every source has: number, time, source. */

const PLUGIN = 322;
const ASYNC = 402;
const NS_PER_S = 1_000_000_000n;

const both: Pick<FieldDef, 'sources'> = { sources: ['syscall', 'k8s_audit'] };
const at = (cost: number): FieldRow[4] => ({ ...both, cost });

function sourceOf(eventType: number): string {
  return eventType === PLUGIN ? 'k8s_audit' : 'syscall';
}

/** Falco's JSON has the time itself where text has it written out. */
const TEXT: FieldRow[4] = { ...both, cost: 800, json: (ctx) => ctx.timeNs };

const ROWS: readonly FieldRow[] = [
  ['evt.num', 'UINT64', "The event's position in the stream, from 1.", (c) => c.evtNum, at(2)],
  ['evt.time', 'CHARBUF', 'Local time of day with nanoseconds.', (c) => timeText(c.timeNs), TEXT],
  [
    'evt.time.s',
    'CHARBUF',
    'Local time of day in seconds.',
    (c) => timeSecondsText(c.timeNs),
    TEXT,
  ],
  [
    'evt.time.iso8601',
    'CHARBUF',
    'Date and time in UTC with nanoseconds.',
    (c) => isoTimeText(c.timeNs),
    TEXT,
  ],
  [
    'evt.datetime',
    'CHARBUF',
    'Local date and time with nanoseconds.',
    (c) => dateTimeText(c.timeNs),
    TEXT,
  ],
  [
    'evt.datetime.s',
    'CHARBUF',
    'Local date and time in seconds.',
    (c) => dateTimeSecondsText(c.timeNs),
    TEXT,
  ],
  ['evt.rawtime', 'ABSTIME', 'Nanoseconds since 1970.', (c) => c.timeNs, at(50)],
  ['evt.rawtime.s', 'ABSTIME', 'Whole seconds since 1970.', (c) => c.timeNs / NS_PER_S, at(80)],
  [
    'evt.rawtime.ns',
    'ABSTIME',
    'Nanoseconds within the second.',
    (c) => c.timeNs % NS_PER_S,
    at(80),
  ],
  [
    'evt.reltime',
    'RELTIME',
    'Nanoseconds since the first event.',
    (c) => c.timeNs - c.firstTimeNs,
    at(80),
  ],
  [
    'evt.reltime.s',
    'RELTIME',
    'Whole seconds since the first event.',
    (c) => (c.timeNs - c.firstTimeNs) / NS_PER_S,
    at(100),
  ],
  [
    'evt.reltime.ns',
    'RELTIME',
    'Nanoseconds within the second since the first event.',
    (c) => (c.timeNs - c.firstTimeNs) % NS_PER_S,
    at(100),
  ],
  [
    'evt.pluginname',
    'CHARBUF',
    'k8saudit for an event of the audit log, as the plugin is called that Falco has for them.',
    (c) => (c.audit === undefined ? undefined : 'k8saudit'),
    at(1),
  ],
  [
    'evt.plugininfo',
    'CHARBUF',
    'An event of the audit log, as JSON.',
    (c) => (c.audit === undefined ? undefined : compactJson(c.audit.body)),
    at(10_000),
  ],
  [
    'evt.source',
    'CHARBUF',
    'Where the event comes from: syscall or k8s_audit.',
    (c) => sourceOf(c.evt.type),
    { ...at(1), forType: (type) => ({ constant: sourceOf(type) }) },
  ],
  [
    'evt.is_async',
    'BOOL',
    'Whether the event was made outside the event stream.',
    (c) => c.evt.type === ASYNC,
    at(2),
  ],
  [
    'evt.asynctype',
    'CHARBUF',
    'Kind of such an event.',
    (c) => (c.evt.type === ASYNC ? (paramText(c.evt, 1) ?? '') : undefined),
    at(10),
  ],
  ['evt.hostname', 'CHARBUF', 'Name of the machine.', (c) => c.hostname, at(2)],
];

export const EVT_TIME_FIELDS: readonly FieldDef[] = defineFields({}, ROWS);
