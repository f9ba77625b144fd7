import type { Document, Node, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, Lexer, parseAllDocuments, visit } from 'yaml';
import { RULE_FILE_BYTES, RULE_FILE_NODES, RULE_FILE_TOKENS } from '#model/limits.ts';
import { LoadError } from './report.ts';
import type { Place, SourceFile } from './source-file.ts';

/**
 * A rule file's YAML with aliases looked through. All scalars are texts ("failsafe"), for in rules
 * `yes`, `0x10` and `1.0` are what somebody typed. Nodes are counted as they are read: an alias
 * costs what it stands for, so that a bomb of aliases is refused after bounded work.
 */
export class YamlFile {
  readonly source: SourceFile;
  readonly documents: readonly Document[];
  private readonly anchors = new Map<Document, Map<string, Node[]>>();
  private read = 0;

  constructor(source: SourceFile) {
    this.source = source;
    this.documents = parse(source);
  }

  /** The node itself, or what its alias stands for; undefined for nothing and YAML's null. */
  resolve(document: Document, node: unknown): Value | undefined {
    this.count(node);
    let target = node;
    // An alias of an alias is as deep as they go: an anchor on an alias is not YAML.
    if (isAlias(target)) target = this.anchorOf(document, target.source, startOf(target));
    if (isMap(target) || isSeq(target)) return target;
    if (!isScalar(target) || isNull(target)) return undefined;
    return target;
  }

  placeOf(node: unknown): Place {
    return this.source.placeAt(startOf(node));
  }

  private count(node: unknown): void {
    if (++this.read <= RULE_FILE_NODES) return;
    throw new LoadError(
      'MIDWATCH_ERR_LIMIT',
      `expected at most ${RULE_FILE_NODES} YAML values with aliases followed, found more`,
      { place: this.placeOf(node) },
    );
  }

  /** The last node before `before` with that anchor: YAML lets a later one take its name. */
  private anchorOf(document: Document, name: string, before: number): Node | undefined {
    let anchors = this.anchors.get(document);
    if (anchors === undefined) {
      anchors = collectAnchors(document);
      this.anchors.set(document, anchors);
    }
    return anchors.get(name)?.findLast((node) => startOf(node) < before);
  }
}

export type Value = YAMLMap | YAMLSeq | Scalar;
export type { Document, Scalar, YAMLMap, YAMLSeq };
export { isMap, isScalar, isSeq };

const NULLS: ReadonlySet<unknown> = new Set(['', '~', 'null', 'Null', 'NULL', null]);

/** The YAML parser quotes what it found, at any length. */
const SAID_CHARS = 200;

function isNull(scalar: Scalar): boolean {
  return (scalar.type === undefined || scalar.type === 'PLAIN') && NULLS.has(scalar.value);
}

export function startOf(node: unknown): number {
  const hasRange = typeof node === 'object' && node !== null && 'range' in node;
  return hasRange && Array.isArray(node.range) ? Number(node.range[0]) : 0;
}

function collectAnchors(document: Document): Map<string, Node[]> {
  const anchors = new Map<string, Node[]>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node) || node.anchor === undefined) return;
      const same = anchors.get(node.anchor) ?? [];
      same.push(node);
      anchors.set(node.anchor, same);
    },
  });
  return anchors;
}

function parse(source: SourceFile): readonly Document[] {
  if (source.text.length > RULE_FILE_BYTES) {
    const place = source.placeAt(0);
    const message = `expected a rule file of at most ${RULE_FILE_BYTES} bytes, found a larger one`;
    throw new LoadError('MIDWATCH_ERR_LIMIT', message, { place });
  }
  countTokens(source);
  const documents = parseAll(source);
  for (const document of documents) {
    const [error] = document.errors;
    if (error === undefined) continue;
    const said = error.message.split('\n')[0]?.slice(0, SAID_CHARS);
    const message = `expected YAML, found a mistake in it: ${said}`;
    const place = source.placeAt(error.pos[0]);
    throw new LoadError('LOAD_ERR_YAML_PARSE', message, { place });
  }
  return documents;
}

/**
 * A parsed file takes some 300 bytes a token, so that ten megabytes of dashes would take gigabytes:
 * tokens are counted before anything is built of them.
 */
function countTokens(source: SourceFile): void {
  // Hardly any token has less than a character, so a short text needs no count.
  if (source.text.length * 2 < RULE_FILE_TOKENS) return;
  let count = 0;
  let offset = 0;
  for (const token of new Lexer().lex(source.text)) {
    offset += token.length;
    if (++count <= RULE_FILE_TOKENS) continue;
    const message = `expected a rule file of at most ${RULE_FILE_TOKENS} YAML tokens, found more`;
    const place = source.placeAt(Math.min(offset, source.text.length));
    throw new LoadError('MIDWATCH_ERR_LIMIT', message, { place });
  }
}

function parseAll(source: SourceFile): readonly Document[] {
  try {
    return parseAllDocuments(source.text, {
      schema: 'failsafe',
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
      version: '1.2',
    });
  } catch (error) {
    // The YAML parser recurses over nested collections; a stack it used up is the file's doing.
    if (!(error instanceof RangeError)) throw error;
    const message = 'expected YAML that nests sensibly, found it nested too deeply';
    throw new LoadError('LOAD_ERR_YAML_PARSE', message, { place: source.placeAt(0) });
  }
}
