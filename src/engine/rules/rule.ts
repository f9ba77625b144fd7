import type { Priority, Tier } from '#model/severity.ts';
import { PRIORITIES, TIERS } from '#model/severity.ts';
import type { Expr } from './ast.ts';

export type { Priority, Tier };
export { PRIORITIES, TIERS };

export type RuleSource = 'syscall' | 'k8s_audit' | (string & {});

/** A field of an alert that is not in its text. */
export interface ExtraField {
  readonly name: string;
  /** As an output; of a raw field `%name` alone, whose value keeps its type. */
  readonly format: string;
  readonly isRaw: boolean;
}

/** A rule as the loader leaves it: lists, macros and exceptions are resolved into `condition`. */
export interface Rule {
  readonly name: string;
  readonly description: string;
  readonly source: RuleSource;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  readonly output: string;
  /** What `append_output` adds to the fields of its alerts. */
  readonly extraFields?: readonly ExtraField[];
  readonly condition: Expr;
  /** As written, before resolution. */
  readonly conditionText: string;
  readonly macros: readonly string[];
  readonly lists: readonly string[];
  readonly file: string;
  readonly line: number;
  /** What Falco does not have: the `midwatch:` map of a rule. */
  readonly tier: Tier;
  readonly runbook: string | undefined;
  /** Whether a learned baseline may hold it back; hard invariants are never learned away. */
  readonly holdable: boolean;
}

/** ATT&CK technique ids among the tags: `T1059.004`. */
export function techniques(rule: Pick<Rule, 'tags'>): readonly string[] {
  return rule.tags.filter((tag) => /^T\d{4}(\.\d{3})?$/.test(tag));
}

/** One sentence each with its place; `code` is Falco's (LOAD_UNKNOWN_KEY …) where it has one. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The rule, macro or list that it is about. */
  readonly item?: string;
}
