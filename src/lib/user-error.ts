/**
 * Something the user can mend: a flag, a rule file, a configuration. Its message is one sentence
 * with file, line, column, what was expected and what was found. A program ends with that sentence
 * and exit code 2; a running one keeps what it had.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}
