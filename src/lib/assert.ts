/**
 * Holds what the program itself guarantees. A failure is a bug of ours, so it is thrown, never
 * handled: what a user or the outside world can cause is reported as a value or a UserError.
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) {
    throw new Error(`Assertion failed: ${message}`);
  }
}
