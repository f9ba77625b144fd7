import type { Evaluation } from '#model/evaluation.ts';

/**
 * string: byte string · number: exact integers below 2^53 · bigint: 64-bit values (times, masks) ·
 * bool · ip: 4 or 16 raw bytes as a byte string · net: as ip, compared with a CIDR · buffer: byte
 * string.
 */
export type FieldType = 'string' | 'number' | 'bigint' | 'bool' | 'ip' | 'net' | 'buffer';
export type FieldValue = string | number | bigint | boolean | readonly FieldScalar[];
export type FieldScalar = string | number | bigint | boolean;

/** Narrows to a list of values: Array.isArray does not, of a readonly one. */
export function isListValue(value: FieldValue | undefined): value is readonly FieldScalar[] {
  return Array.isArray(value);
}

/** Falco's own name of a type, for `fields`, errors and type rules: CHARBUF, INT64, IPADDR … */
export type FalcoType = string;

/** undefined is null: no condition holds on it. `arg` is the text between the brackets. */
export type Extract = (ctx: Evaluation, arg: string) => FieldValue | undefined;
/** An extraction with its argument (and perhaps the event's type) already worked in. */
export type Read = (ctx: Evaluation) => FieldValue | undefined;

/**
 * What a field is for one event type: always the same value, or read in a way made for that type.
 */
export type TypeView = { readonly constant: FieldValue | undefined } | { readonly read: Read };

/**
 * Where a field has several values that are not a list. chain: the ancestors, a comparison holds
 * where it holds for any. ends: both ends of a connection; `!=` must hold for both, the rest for
 * any.
 */
export type Several = 'chain' | 'ends';

/** A value that is a part of a longer string at hand: look-ups then need no copy of it. */
export interface FieldPart {
  /** undefined where the field has no value. */
  readonly whole: (ctx: Evaluation) => string | undefined;
  readonly start: (whole: string) => number;
  /** Behind the last character; -1 where the value is no part, and must be read. */
  readonly end: (whole: string, ctx: Evaluation) => number;
}

export interface FieldDef {
  readonly name: string;
  readonly type: FieldType;
  readonly falcoType: FalcoType;
  /** Yields several values: only `in`, `intersects` and `exists` apply. */
  readonly isList?: boolean;
  readonly arg: 'none' | 'optional' | 'required';
  /** An argument is a position (`proc.aname[2]`), a key (`proc.env[HOME]`), or either. */
  readonly argKind?: 'index' | 'key' | 'either';
  /** The argument may follow a dot: `evt.arg.flags`, `container.label.app`. */
  readonly dotted?: boolean;
  /** One sentence on what is wrong with an argument; undefined where it is right. */
  readonly checkArg?: (arg: string) => string | undefined;
  /** Which sources can answer it. */
  readonly sources: readonly ('syscall' | 'k8s_audit')[];
  readonly description: string;
  /**
   * What its value depends on, so that the compiler can share and cache: constant for a process
   * image ('process': until thread.generation changes), the event ('event'), or the event's fd
   * ('fd').
   */
  readonly scope: 'event' | 'fd' | 'process';
  /** Rough cost in ns, measured or guessed; cheap tests run first. */
  readonly cost: number;
  readonly extract: Extract;
  /** With its argument worked in, where that saves work for each event. */
  readonly bind?: (arg: string) => Read;
  /** What it is for one event type, where the type alone says so; undefined: nothing special. */
  readonly forType?: (eventType: number, arg: string) => TypeView | undefined;
  readonly part?: FieldPart;
  /** Values where the field has no argument (with one: a plain value). */
  readonly several?: Several;
  /** May not be compared with another field, nor be transformed. */
  readonly plainOnly?: boolean;
  /** May be transformed, but not be compared with another field. */
  readonly constantsOnly?: boolean;
  /** Usable in conditions only. */
  readonly filterOnly?: boolean;
  /** Shown in tables only, not usable in conditions. */
  readonly outputOnly?: boolean;
  /** Midwatch's own: Falco has no such field. */
  readonly own?: boolean;
  /** The value in JSON where that is another than in text. */
  readonly json?: Read;
  /** How a value is printed where String() is not it. */
  readonly format?: (value: FieldScalar) => string;
}
