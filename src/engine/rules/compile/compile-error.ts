/** A condition that parses but cannot be compiled; `position` is the offset in its text. */
export class CompileError extends Error {
  override readonly name = 'CompileError';
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}
