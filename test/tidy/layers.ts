import type { SourceFile } from './source-file.ts';

/** Which layers each layer may import. */
export type Layers = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Reads the table of ARCHITECTURE.md under the heading "Layers": rows of `layers | may import`,
 * names divided by commas, `–` for none. So the document cannot say anything else than the check.
 */
export function parseLayers(markdown: string): Layers {
  const section = /^## Layers$(.*?)(?=^## )/ms.exec(markdown)?.[1] ?? '';
  const rows = section
    .split('\n')
    .filter((line) => /^\| [a-z`]/.test(line) && !/may import/.test(line));
  const layers = new Map<string, ReadonlySet<string>>();
  for (const row of rows) {
    const [, names = '', allowed = ''] = row.split('|');
    for (const name of words(names)) layers.set(name, new Set([...words(allowed), name]));
  }
  if (layers.size === 0) {
    throw new Error('Cannot check layers: ARCHITECTURE.md has no table under "## Layers"');
  }
  return layers;
}

function words(cell: string): string[] {
  return cell.match(/[a-z]+/g) ?? [];
}

/** What is wrong with a file's imports, given the layers. Tests may use what tests share. */
export function layerBreaches(file: SourceFile, layers: Layers): string[] {
  const from = layerOf(file.path);
  if (from !== undefined && !layers.has(from))
    return [`${file.path}: layer "${from}" is not listed`];
  return file.imports.flatMap(({ specifier, line }) => {
    const to = /^#([a-z]+)\//.exec(specifier)?.[1];
    if (to === undefined || from === undefined || layers.get(from)?.has(to)) return [];
    if (to === 'test' && file.path.endsWith('.test.ts')) return [];
    return [`${file.path}:${line}: ${from} may not import ${to} (${specifier})`];
  });
}

/** `src/<layer>/…` and `web/…`; src/main.ts, scripts and tests put programs together: no layer. */
function layerOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? /^(web)\//.exec(path)?.[1];
}
