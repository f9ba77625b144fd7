import { EVENTS } from '#model/event-schema.ts';
import { CONVERSION_ROWS } from './conversion-rows.ts';

/** Where a converted event's parameter comes from; the index is added to the kind. */
export const SOURCE = {
  old: 0x100,
  /** Zero where no enter event was kept. */
  enterOrZero: 0x200,
  /** Null where no enter event was kept. */
  enterOrNull: 0x300,
  zero: 0x400,
  null: 0x500,
  container: 0x600,
} as const;
export const SOURCE_KIND_MASK = 0xff00;

export type ConversionAction = 'store' | 'store-pass' | 'pass' | 'add' | 'rebuild';

export interface Conversion {
  readonly action: ConversionAction;
  /** The type it becomes; its own where that stays. */
  readonly type: number;
  /** SOURCE kinds with their parameter's index. */
  readonly sources: readonly number[];
  /** It only appends a few nulls, which needs no copy. */
  readonly nullsInPlace: boolean;
  /** What comes of it is current. */
  readonly isLast: boolean;
}

/** How an event type meets the current schema before its number of parameters is looked at. */
export const HANDLING = {
  /** Current in any shape. */
  pass: 0,
  /** Current if it carries all its parameters, else to be converted. */
  ifComplete: 1,
  convert: 2,
  /** Of no use and not counted: an unused id, or an old enter event. */
  drop: 3,
} as const;

/** HANDLING by event type. */
export const HANDLING_BY_TYPE: Uint8Array = Uint8Array.from(EVENTS, ({ id, flags }) => {
  const isEnter = id % 2 === 0;
  if (flags.has('unused')) return HANDLING.drop;
  if (!flags.has('converted')) return flags.has('old') && isEnter ? HANDLING.drop : HANDLING.pass;
  return isEnter || flags.has('old') ? HANDLING.convert : HANDLING.ifComplete;
});

/** Whether an event of that type with so many parameters needs no conversion. */
function isCurrent(type: number, count: number): boolean {
  const handling = HANDLING_BY_TYPE[type];
  const isComplete = count === EVENTS[type]?.params.length;
  return handling === HANDLING.pass || (handling === HANDLING.ifComplete && isComplete);
}

/** As many as there is room for before any event in its block, at two bytes a length. */
const NULLS_IN_PLACE = 5;

function parseRows(rows: string): (Conversion | undefined)[][] {
  const byType: (Conversion | undefined)[][] = [];
  for (const row of rows.trim().split('\n')) {
    const [type = '', carried = '', action = '', sources = ''] = row.split('|');
    const shapes = byType[Number(type)] ?? [];
    byType[Number(type)] = shapes;
    const parsed = sources === '' ? [] : sources.split(' ').flatMap(parseSource);
    const kind = parseAction(action, Number(type));
    const count = parsed.length + (action === 'add' ? Number(carried) : 0);
    shapes[Number(carried)] = {
      ...kind,
      sources: parsed,
      isLast: isCurrent(kind.type, count),
      nullsInPlace:
        action === 'add' &&
        parsed.length <= NULLS_IN_PLACE &&
        parsed.every((source) => source === SOURCE.null) &&
        EVENTS[Number(type)]?.flags.has('large') === false,
    };
  }
  return byType;
}

function parseAction(text: string, type: number): Pick<Conversion, 'action' | 'type'> {
  if (text === 'store' || text === 'store-pass' || text === 'pass' || text === 'add') {
    return { action: text, type };
  }
  return { action: 'rebuild', type: Number(text.slice('to '.length)) };
}

const KIND_BY_LETTER: Readonly<Record<string, number>> = {
  o: SOURCE.old,
  e: SOURCE.enterOrZero,
  E: SOURCE.enterOrNull,
  d: SOURCE.zero,
  n: SOURCE.null,
  c: SOURCE.container,
};

function parseSource(text: string): number[] {
  const kind = KIND_BY_LETTER[text[0] ?? ''];
  if (kind === undefined) throw new Error(`Cannot read conversion rows: source "${text}"`);
  const [first = '', last] = text.slice(1).split(/[-*]/);
  if (text[1] === '*') return Array.from({ length: Number(last) }, () => kind);
  const length = last === undefined ? 1 : Number(last) - Number(first) + 1;
  return Array.from({ length }, (_, i) => kind + Number(first) + i);
}

/** By event type, then by how many parameters the event carries. */
export const CONVERSIONS: readonly (readonly (Conversion | undefined)[] | undefined)[] =
  parseRows(CONVERSION_ROWS);
