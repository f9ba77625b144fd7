import type { Priority, Tier } from '#engine/rules/rule.ts';
import type { Located } from './item.ts';
import type { Place } from './source-file.ts';

/**
 * What the files define, before lists and macros are put in. `index` is the order of the first
 * definition, `visibility` that of the last one or append: a macro sees macros whose index is below
 * its visibility. Texts are kept in the pieces they were appended in, each with its place.
 */
export interface ListEntry {
  readonly name: string;
  readonly index: number;
  visibility: number;
  items: readonly Located[];
  place: Place;
}

export interface MacroEntry {
  readonly name: string;
  readonly index: number;
  visibility: number;
  condition: readonly Located[];
  place: Place;
}

export interface RuleEntry {
  readonly name: string;
  readonly index: number;
  readonly source: string;
  readonly hasKnownSource: boolean;
  /** The order of the last definition or change. */
  visibility: number;
  condition: readonly Located[];
  output: readonly Located[];
  description: readonly Located[];
  priority: Priority;
  tags: readonly string[];
  exceptions: readonly ExceptionEntry[];
  enabled: boolean;
  warnEventTypes: boolean;
  skipIfUnknownFilter: boolean;
  midwatch: MidwatchEntry;
  place: Place;
}

/** The keys Falco does not have. */
export interface MidwatchEntry {
  readonly tier?: Tier;
  readonly runbook?: string;
  readonly holdable?: boolean;
}

/** A text or a list of texts or, for values, of lists of texts. */
export type ExceptionPart = Located | readonly ExceptionPart[];

export interface ExceptionEntry {
  readonly name: string;
  readonly place: Place;
  readonly fields: ExceptionPart | undefined;
  readonly comparisons: ExceptionPart | undefined;
  readonly values: readonly ExceptionPart[];
}

/** What an `append` or `override` brings for a rule; only what it names. */
export interface RuleUpdate {
  readonly name: string;
  readonly source: string | undefined;
  readonly place: Place;
  readonly condition?: Located;
  readonly output?: Located;
  readonly description?: Located;
  readonly priority?: Priority;
  readonly tags?: readonly string[];
  readonly exceptions?: readonly ExceptionEntry[];
  readonly enabled?: boolean;
  readonly warnEventTypes?: boolean;
  readonly skipIfUnknownFilter?: boolean;
  readonly capture?: true;
  readonly midwatch?: MidwatchEntry;
}

export interface RequiredPlugin {
  readonly name: string;
  readonly version: string;
  readonly alternatives: readonly { readonly name: string; readonly version: string }[];
  readonly place: Place;
}
