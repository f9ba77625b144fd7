/**
 * A condition that is not one: what was expected, what stood there instead and where. The loader
 * turns `offset`, a position in the condition's text, into the rule file's line and column.
 */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
