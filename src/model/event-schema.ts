import { EVENT_ROWS } from './event-rows.ts';

/** How a parameter's bytes are encoded. Little-endian, as in a .scap capture. */
export type ParamType = string;

export interface ParamInfo {
  readonly name: string;
  readonly type: ParamType;
  /** How a number is printed. */
  readonly base: 'd' | 'x' | 'o' | '-';
}

export interface EventInfo {
  readonly id: number;
  /** What rules call it: `openat`, `execve`, `procexit`. */
  readonly name: string;
  /** The schema's own constant in lower case, unique: `syscall_openat_2_x`. */
  readonly constant: string;
  /** Even ids are enter events, kept only for state; odd ids and meta events are evaluated. */
  readonly isEnter: boolean;
  readonly category: number;
  readonly flags: ReadonlySet<string>;
  readonly params: readonly ParamInfo[];
}

function parseParam(text: string): ParamInfo {
  const [name = '', type = '', base = '-'] = text.split(':');
  return { name, type, base: base === 'd' || base === 'x' || base === 'o' ? base : '-' };
}

/** A type without an exit of its own (procexit, procinfo, signaldeliver …) is no enter event. */
function parseRow(row: string, position: number, rows: readonly string[]): EventInfo {
  const [id = '', name = '', constant = '', category = '', flags = '', params = ''] =
    row.split('|');
  return {
    id: Number(id),
    name,
    constant,
    isEnter: Number(id) % 2 === 0 && rows[position + 1]?.split('|')[1] !== 'NA',
    category: Number(category),
    flags: new Set(flags.split(' ').filter((flag) => flag !== '')),
    params: params === '' ? [] : params.split(' ').map(parseParam),
  };
}

/** Every event type, indexed by id. */
export const EVENTS: readonly EventInfo[] = EVENT_ROWS.trim().split('\n').map(parseRow);

const idByConstant = new Map(EVENTS.map((event) => [event.constant, event.id]));

/** The id of an event type by its constant; throws on an unknown one (a programmer's error). */
export function eventId(constant: string): number {
  const id = idByConstant.get(constant);
  if (id === undefined) throw new Error(`Cannot find event type: no constant "${constant}"`);
  return id;
}

/** The index of a parameter of an event type; -1 where it has none of that name. */
export function paramIndex(id: number, name: string): number {
  return EVENTS[id]?.params.findIndex((param) => param.name === name) ?? -1;
}
