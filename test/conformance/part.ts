/** One part of the conformance run: `oracle-all-events`, `unit-parser` … */
export interface Part {
  readonly name: string;
  /**
   * Every case of a folder laid out as the conformance data, one after another. What the folder
   * lacks is told as a case with `skipped`.
   */
  run(folder: string, only: string | undefined): AsyncIterable<CaseResult>;
}

export interface CaseResult {
  readonly name: string;
  /** How many checks it stands for; 1 where not said. Of them, `failures` failed. */
  readonly checks?: number;
  /** How many of the checks failed, where that is more than is told. */
  readonly failed?: number;
  /** What was expected and what was found, a line each; none for a pass. */
  readonly failures: readonly string[];
  /** Why it was not run. */
  readonly skipped?: string;
}
