import { globMatcher, literalOf } from '#engine/fields/glob.ts';

/**
 * `pmatch`: whether a path is, or is below, one of the given ones. Paths are compared a component
 * at a time; empty components count for nothing, and a component of a given path may be a pattern.
 * The given paths are one tree, so that many cost no more than the deepest: a longer one below a
 * shorter one adds nothing.
 */
interface Level {
  readonly names: Map<string, Level>;
  readonly patterns: {
    readonly text: string;
    readonly matches: (name: string) => boolean;
    readonly below: Level;
  }[];
  /** A given path ends here. */
  ends: boolean;
}

export function pathPrefixMatcher(paths: readonly string[]): (path: string) => boolean {
  const root = emptyLevel();
  for (const path of paths) addPath(root, path);
  return (path) => isBelow(root, componentsOf(path), 0);
}

export function componentsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}

function emptyLevel(): Level {
  return { names: new Map(), patterns: [], ends: false };
}

function addPath(root: Level, path: string): void {
  let level = root;
  for (const component of componentsOf(path)) {
    if (level.ends) return;
    level = /[*?[]/.test(component) ? patternBelow(level, component) : nameBelow(level, component);
  }
  level.ends = true;
}

function nameBelow(level: Level, name: string): Level {
  const text = literalOf(name) ?? name;
  const known = level.names.get(text);
  if (known !== undefined) return known;
  const below = emptyLevel();
  level.names.set(text, below);
  return below;
}

function patternBelow(level: Level, text: string): Level {
  const known = level.patterns.find((pattern) => pattern.text === text);
  if (known !== undefined) return known.below;
  const below = emptyLevel();
  level.patterns.push({ text, matches: globMatcher(text), below });
  return below;
}

function isBelow(level: Level, components: readonly string[], at: number): boolean {
  if (level.ends) return true;
  const name = components[at];
  if (name === undefined) return false;
  const below = level.names.get(name);
  if (below !== undefined && isBelow(below, components, at + 1)) return true;
  return level.patterns.some(
    (pattern) => pattern.matches(name) && isBelow(pattern.below, components, at + 1),
  );
}
