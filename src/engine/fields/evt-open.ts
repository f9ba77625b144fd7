import type { Evaluation } from '#model/evaluation.ts';
import { EVENTS } from '#model/event-schema.ts';
import type { FieldRow } from './define.ts';
import { defineFields } from './define.ts';
import type { FieldDef, Read, TypeView } from './field.ts';
import { paramNumber, returnValue } from './param-value.ts';

/** How a file was opened: from the flags and mode that the open family's events carry. */

const FLAG = { readOnly: 1, writeOnly: 2, create: 4, temporary: 8192, created: 16384 } as const;
const EXECUTE_BITS = 0b001_001_001;

interface OpenParams {
  readonly flags: number;
  /** -1 where the event has no mode. */
  readonly mode: number;
}

/** Positions of flags and mode by event name. */
const OPENS: Readonly<Record<string, OpenParams>> = {
  open: { flags: 2, mode: 3 },
  openat: { flags: 3, mode: 4 },
  openat2: { flags: 3, mode: 4 },
  open_by_handle_at: { flags: 2, mode: -1 },
};

/** The current exit version of an open call; older ones were converted before. */
function openParams(eventType: number): OpenParams | undefined {
  const event = EVENTS[eventType];
  if (event === undefined || event.isEnter || event.flags.has('old')) return undefined;
  return OPENS[event.name];
}

const CREAT = EVENTS.findIndex((event) => event.constant === 'syscall_creat_x');

type OpenTest = (ctx: Evaluation, flags: number, params: OpenParams) => boolean;

/** False for events that open nothing; `creat` answers for creat, which has no flags. */
function openTest(test: OpenTest, creat: Read = () => false) {
  const view = (eventType: number): TypeView => {
    if (eventType === CREAT) return { read: creat };
    const params = openParams(eventType);
    if (params === undefined) return { constant: false };
    return { read: (ctx) => test(ctx, paramNumber(ctx.evt, params.flags, 'flags32') ?? 0, params) };
  };
  const views = EVENTS.map((_, type) => view(type));
  const read: Read = (ctx) => {
    const known = views[ctx.evt.type];
    if (known === undefined) return false;
    return 'read' in known ? known.read(ctx) : known.constant;
  };
  return { read, forType: (type: number) => views[type] };
}

function isExecutable(mode: number | undefined): boolean {
  return ((mode ?? 0) & EXECUTE_BITS) !== 0;
}

// Flags are the schema's own bits, not the machine's: reading and writing are a bit each.
const read = openTest((_, flags) => (flags & FLAG.readOnly) !== 0);
const write = openTest((_, flags) => (flags & FLAG.writeOnly) !== 0);
const execute = openTest(
  (ctx, flags, { mode }) =>
    mode >= 0 &&
    (flags & (FLAG.temporary | FLAG.create)) !== 0 &&
    isExecutable(paramNumber(ctx.evt, mode, 'uint32')),
  (ctx) => isExecutable(paramNumber(ctx.evt, 2, 'uint32')),
);
const create = openTest(
  (ctx, flags) =>
    (flags & FLAG.created) !== 0 ||
    ((flags & FLAG.temporary) !== 0 && (returnValue(ctx.evt) ?? -1) >= 0),
);

const row = (name: string, description: string, test: ReturnType<typeof openTest>): FieldRow => [
  name,
  'BOOL',
  description,
  test.read,
  { forType: test.forType, cost: 8 },
];

export const EVT_OPEN_FIELDS: readonly FieldDef[] = defineFields({}, [
  row('evt.is_open_read', 'Whether an open asked to read.', read),
  row('evt.is_open_write', 'Whether an open asked to write.', write),
  row('evt.is_open_exec', 'Whether an open or creat made an executable file.', execute),
  row('evt.is_open_create', 'Whether an open made the file.', create),
]);
