import type { Diagnostic } from '#engine/rules/rule.ts';
import { RULE_DIAGNOSTICS_MAX } from '#model/limits.ts';
import type { Place } from './source-file.ts';

/** Falco's codes, so that its users find what they know; ours begin with MIDWATCH or LINT. */
export type ErrorCode =
  | 'LOAD_ERR_YAML_PARSE'
  | 'LOAD_ERR_YAML_VALIDATE'
  | 'LOAD_ERR_VALIDATE'
  | 'LOAD_ERR_COMPILE_CONDITION'
  | 'LOAD_ERR_COMPILE_OUTPUT'
  | 'MIDWATCH_ERR_KEY'
  | 'MIDWATCH_ERR_LIMIT';

/** What is wrong with one item. Thrown inside the loader, which goes on with the next item. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
  readonly code: ErrorCode;
  readonly place: Place;
  readonly item: string | undefined;

  constructor(code: ErrorCode, message: string, at: { place: Place; item?: string | undefined }) {
    super(message);
    this.code = code;
    this.place = at.place;
    this.item = at.item;
  }
}

/** Gathers what is to be said about the files, each thing once. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];
  /** Diagnostics left out, because there were too many. */
  dropped = 0;
  private readonly seen = new Set<string>();

  get errorCount(): number {
    return this.diagnostics.reduce((sum, { severity }) => sum + (severity === 'error' ? 1 : 0), 0);
  }

  error(error: LoadError): void {
    this.add({ severity: 'error', code: error.code, message: error.message }, error);
  }

  warn(code: string, message: string, at: { place: Place; item?: string | undefined }): void {
    this.add({ severity: 'warning', code, message }, at);
  }

  /** Runs one item's work; whether it went well. */
  attempt(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      this.error(error);
      return false;
    }
  }

  private add(
    what: Pick<Diagnostic, 'severity' | 'code' | 'message'>,
    { place, item }: { place: Place; item?: string | undefined },
  ): void {
    const key = `${what.code} ${place.file}:${place.line}:${place.column} ${what.message}`;
    if (this.seen.has(key)) return;
    if (this.diagnostics.length >= RULE_DIAGNOSTICS_MAX) {
      this.dropped++;
      return;
    }
    this.seen.add(key);
    this.diagnostics.push({ ...what, ...place, ...(item === undefined ? {} : { item }) });
  }
}
