/** An option that a command was given. */
interface CommandOption {
  /** '' for one that the command does not know. */
  readonly letter: string;
  /** Its argument, '' where that is missing; its letter for an option that takes none. */
  readonly value: string;
  /** What stands for it in a list of all. */
  readonly texts: readonly string[];
}

const UNKNOWN: CommandOption = { letter: '', value: '', texts: ['?'] };

/**
 * The options among `words` as getopt(3) finds them, up to the first word that is none. In `spec`,
 * a colon after a letter says that the option takes an argument. Long options are passed over.
 */
function commandOptions(words: readonly string[], spec: string): readonly CommandOption[] {
  const options: CommandOption[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--' || word === '-' || !word.startsWith('-')) break;
    if (word.startsWith('--')) continue;
    for (let at = 1; at < word.length; at++) {
      const letter = word.charAt(at);
      const place = letter === ':' ? -1 : spec.indexOf(letter);
      if (place < 0 || spec[place + 1] !== ':') {
        options.push(place < 0 ? UNKNOWN : { letter, value: letter, texts: [letter] });
        continue;
      }
      const rest = word.slice(at + 1);
      options.push(withArgument(letter, rest === '' ? words[++i] : rest));
      break;
    }
  }
  return options;
}

function withArgument(letter: string, value: string | undefined): CommandOption {
  if (value === undefined) return { letter, value: '', texts: [''] };
  return { letter, value, texts: [letter, value] };
}

/** What `getopt()[letter]` is: of the last such option; undefined where it is not given. */
export function optionValue(
  words: readonly string[],
  spec: string,
  letter: string,
): string | undefined {
  return commandOptions(words, spec).findLast((option) => option.letter === letter)?.value;
}

/** What `getopt()` is: letters and arguments in their order, `?` for what is not known. */
export function optionTexts(words: readonly string[], spec: string): readonly string[] {
  return commandOptions(words, spec).flatMap(({ texts }) => texts);
}
