/**
 * The source with everything that is not code replaced by spaces: comments, the insides of strings,
 * of template text and of regular expressions. Length, line breaks and quotes stay, so a position
 * in the result is one in the source. Whether `/` divides or opens a regular expression is told by
 * what stands before it: right for formatted code, not for every program that can be written.
 */
export function blankText(source: string): string {
  const state: State = { source, out: source.split(''), at: 0, depth: [] };
  while (state.at < source.length) step(state);
  return state.out.join('');
}

interface State {
  readonly source: string;
  readonly out: string[];
  at: number;
  /** For each template literal that is open around us, how many braces of its `${` are open. */
  readonly depth: number[];
}

function step(state: State): void {
  const { source, at } = state;
  const char = source.charAt(at);
  const two = source.slice(at, at + 2);
  if (two === '//') blankUpTo(state, endOf(source, '\n', at) - 1);
  else if (two === '/*') blankUpTo(state, endOf(source, '*/', at + 2));
  else if (char === "'" || char === '"') blankInside(state, endOfString(source, at));
  else if (char === '/' && opensRegExp(state)) blankInside(state, endOfRegExp(source, at));
  else if (char === '`' || closesTemplateCode(state, char)) enterTemplate(state, at + 1);
  else state.at += 1;
}

/** Counts the braces of template code; whether `char` is the one that ends it. */
function closesTemplateCode({ depth }: State, char: string): boolean {
  const braces = depth.pop();
  if (braces === undefined) return false;
  const left = braces + (char === '{' ? 1 : char === '}' ? -1 : 0);
  if (left > 0) depth.push(left);
  return left === 0;
}

/** Blanks template text from `start` to its end, or to the code that a `${` opens. */
function enterTemplate(state: State, start: number): void {
  const { source } = state;
  state.at = start;
  let end = start;
  while (end < source.length && source.charAt(end) !== '`' && source.slice(end, end + 2) !== '${') {
    end += source.charAt(end) === '\\' ? 2 : 1;
  }
  blankUpTo(state, end);
  if (source.charAt(end) === '$') {
    state.depth.push(1);
    state.at = end + 2;
  } else {
    state.at = end + 1;
  }
}

function blankUpTo(state: State, end: number): void {
  for (let i = state.at; i < Math.min(end, state.out.length); i++) {
    if (state.out[i] !== '\n') state.out[i] = ' ';
  }
  state.at = Math.max(end, state.at + 1);
}

/** Blanks between the first and the last character of a literal that ends before `end`. */
function blankInside(state: State, end: number): void {
  state.at += 1;
  blankUpTo(state, end - 1);
  state.at = end;
}

function endOf(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length + 1 : found + mark.length;
}

function endOfString(source: string, start: number): number {
  const quote = source.charAt(start);
  let at = start + 1;
  while (at < source.length && source.charAt(at) !== quote) {
    at += source.charAt(at) === '\\' ? 2 : 1;
  }
  return at + 1;
}

function endOfRegExp(source: string, start: number): number {
  let at = start + 1;
  let inClass = false;
  while (at < source.length && source.charAt(at) !== '\n') {
    const char = source.charAt(at);
    if (char === '/' && !inClass) return at + 1;
    if (char === '[') inClass = true;
    if (char === ']') inClass = false;
    at += char === '\\' ? 2 : 1;
  }
  return at;
}

function opensRegExp({ out, at }: State): boolean {
  const before = out
    .slice(Math.max(0, at - 100), at)
    .join('')
    .trimEnd();
  return /(^|[(,=:[!&|?{};+\-*%<>~^]|\b(return|typeof|case|in|of|await|yield|throw))$/.test(before);
}
