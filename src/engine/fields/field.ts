import type { Evaluation } from '#model/evaluation.ts';

/**
 * string: byte string · number: exact integers below 2^53 · bigint: 64-bit values (times, masks)
 * · bool · ip: 4 or 16 raw bytes as a byte string · net: as ip, compared with a CIDR · buffer: byte string.
 */
export type FieldType = 'string' | 'number' | 'bigint' | 'bool' | 'ip' | 'net' | 'buffer';
export type FieldValue = string | number | bigint | boolean | readonly FieldScalar[];
export type FieldScalar = string | number | bigint | boolean;

/** Falco's own name of a type, for `fields`, errors and type rules: CHARBUF, INT64, IPADDR … */
export type FalcoType = string;

/** undefined is null: no condition holds on it. `arg` is the text between the brackets. */
export type Extract = (ctx: Evaluation, arg: string) => FieldValue | undefined;

export interface FieldDef {
  readonly name: string;
  readonly type: FieldType;
  readonly falcoType: FalcoType;
  /** Yields several values: only `in`, `intersects` and `exists` apply. */
  readonly isList?: boolean;
  readonly arg: 'none' | 'optional' | 'required';
  /** An argument is a position (`proc.aname[2]`) or a key (`proc.env[HOME]`). */
  readonly argKind?: 'index' | 'key';
  /** Which sources can answer it. */
  readonly sources: readonly ('syscall' | 'k8s_audit')[];
  readonly description: string;
  /**
   * What its value depends on, so that the compiler can share and cache: constant for a process image
   * ('process': until thread.generation changes), the event ('event'), or the event's fd ('fd').
   */
  readonly scope: 'event' | 'fd' | 'process';
  /** Rough cost in ns, measured or guessed; cheap tests run first. */
  readonly cost: number;
  readonly extract: Extract;
  /** Shown in tables only, not usable in conditions. */
  readonly outputOnly?: boolean;
  /** How a value is printed where String() is not it. */
  readonly format?: (value: FieldScalar) => string;
}
