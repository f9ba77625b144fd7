/** An option of a command line: its letter, `?` for one that the command does not know. */
interface CommandOption {
  readonly letter: string;
  /** '' where it is missing; undefined for an option that takes none. */
  readonly argument: string | undefined;
}

/**
 * The options among `words` as getopt(3) finds them, up to the first word that is none. In `spec`,
 * a colon after a letter says that the option takes an argument. Long options are passed over.
 */
export function commandOptions(words: readonly string[], spec: string): readonly CommandOption[] {
  const options: CommandOption[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--' || word === '-' || !word.startsWith('-')) break;
    if (word.startsWith('--')) continue;
    for (let at = 1; at < word.length; at++) {
      const letter = word.charAt(at);
      const place = letter === ':' ? -1 : spec.indexOf(letter);
      if (place < 0 || spec[place + 1] !== ':') {
        options.push({ letter: place < 0 ? '?' : letter, argument: undefined });
        continue;
      }
      const rest = word.slice(at + 1);
      options.push({ letter, argument: rest === '' ? (words[++i] ?? '') : rest });
      break;
    }
  }
  return options;
}

/**
 * What `getopt()[letter]` is: the argument of the last such option, the letter itself for an option
 * without one; undefined where it is not given.
 */
export function optionValue(
  words: readonly string[],
  spec: string,
  letter: string,
): string | undefined {
  const found = commandOptions(words, spec).findLast((option) => option.letter === letter);
  return found && (found.argument ?? found.letter);
}

/** What `getopt()` is: letters and arguments in their order. */
export function optionTexts(words: readonly string[], spec: string): readonly string[] {
  return commandOptions(words, spec).flatMap(({ letter, argument }) =>
    argument === undefined ? [letter] : [letter, argument],
  );
}
