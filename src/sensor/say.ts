/** Tells the operator something on standard error, which may be closed too: no reason to end. */
export function say(message: string): void {
  process.stderr.write(`midwatch: ${message}\n`, () => undefined);
}
