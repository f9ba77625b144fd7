import { nearestName } from '#lib/nearest-name.ts';
import type { ErrorCode } from './report.ts';
import { LoadError } from './report.ts';
import type { Place } from './source-file.ts';
import type { Document, Scalar, Value, YAMLMap, YamlFile } from './yaml-file.ts';
import { isScalar, isSeq, startOf } from './yaml-file.ts';

/** A text of a rule file with its node, so that an offset in it can be found in the file. */
export interface Located {
  readonly text: string;
  readonly file: YamlFile;
  readonly node: Scalar;
}

/** One map of a rule file, read key by key. `name` is for messages: the rule's, the list's. */
export class Item {
  readonly file: YamlFile;
  readonly document: Document;
  readonly map: YAMLMap;
  readonly name: string | undefined;

  constructor(from: Pick<Item, 'file' | 'document'>, map: YAMLMap, name?: string) {
    this.file = from.file;
    this.document = from.document;
    this.map = map;
    this.name = name;
  }

  get place(): Place {
    return this.file.placeOf(this.map);
  }

  named(name: string): Item {
    return new Item(this, this.map, name);
  }

  fail(message: string, options: { code?: ErrorCode; place?: Place } = {}): never {
    const at = { place: options.place ?? this.place, item: this.name };
    throw new LoadError(options.code ?? 'LOAD_ERR_YAML_VALIDATE', message, at);
  }

  keys(): readonly Located[] {
    return this.map.items.flatMap(({ key }) => {
      const scalar = this.file.resolve(this.document, key);
      return isScalar(scalar) ? [this.located(scalar)] : [];
    });
  }

  has(key: string): boolean {
    return this.pair(key) !== undefined;
  }

  /** Where the value of a key stands, or the key itself where it has none. */
  placeOf(key: string): Place {
    const pair = this.pair(key);
    return pair === undefined ? this.place : this.file.placeOf(pair.value ?? pair.key);
  }

  /** undefined: the key is not there or its value is null. */
  value(key: string): Value | undefined {
    const pair = this.pair(key);
    return pair === undefined ? undefined : this.file.resolve(this.document, pair.value);
  }

  values(key: string): readonly (Value | undefined)[] | undefined {
    const sequence = this.value(key);
    if (!isSeq(sequence)) return undefined;
    return sequence.items.map((node) => this.file.resolve(this.document, node));
  }

  itemOf(map: YAMLMap, name?: string): Item {
    return new Item(this, map, name ?? this.name);
  }

  text(key: string): Located {
    return this.optionalText(key) ?? this.fail(`Item has no mapping for key '${key}'`);
  }

  optionalText(key: string): Located | undefined {
    if (!this.has(key)) return undefined;
    const value = this.value(key);
    if (value === undefined) return this.fail(`Mapping for key '${key}' is empty`);
    const place = this.placeOf(key);
    if (!isScalar(value)) return this.fail(`Value is not a scalar value: '${key}'`, { place });
    const text = this.located(value);
    if (text.text === '') return this.fail(`Value must be non-empty: '${key}'`, { place });
    return text;
  }

  flag(key: string): boolean | undefined {
    const text = this.optionalText(key);
    if (text === undefined) return undefined;
    const value = BOOLEANS.get(text.text);
    if (value !== undefined) return value;
    const message = `Can't decode YAML scalar value: expected true or false for '${key}'`;
    return this.fail(`${message}, found "${text.text}"`, { place: this.placeOf(key) });
  }

  number(key: string): number | undefined {
    const text = this.optionalText(key);
    if (text === undefined) return undefined;
    if (/^[0-9]{1,10}$/.test(text.text)) return Number(text.text);
    const message = `Can't decode YAML scalar value: expected a number for '${key}'`;
    return this.fail(`${message}, found "${text.text}"`, { place: this.placeOf(key) });
  }

  texts(key: string): readonly Located[] {
    if (!this.has(key)) return this.fail(`Item has no mapping for key '${key}'`);
    const place = this.placeOf(key);
    const sequence = this.value(key);
    if (!isSeq(sequence)) return this.fail(`Value is not a sequence: '${key}'`, { place });
    return sequence.items.map((node) => {
      const value = this.file.resolve(this.document, node);
      if (isScalar(value)) return this.located(value);
      return this.fail('sequence value is not scalar', { place: this.file.placeOf(node) });
    });
  }

  located(node: Scalar): Located {
    return { text: String(node.value ?? ''), file: this.file, node };
  }

  private pair(key: string): YAMLMap['items'][number] | undefined {
    return this.map.items.find(
      (pair) => isScalar(pair.key) && pair.key.value === key && startOf(pair.key) >= 0,
    );
  }
}

// yaml-cpp's words for true and false, in the three spellings it takes.
const BOOLEANS: ReadonlyMap<string, boolean> = new Map(
  (
    [
      ['y', 'n'],
      ['yes', 'no'],
      ['true', 'false'],
      ['on', 'off'],
    ] as const
  ).flatMap((pair) =>
    pair.flatMap((word, index) =>
      [word, word.toUpperCase(), `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`].map(
        (spelling): [string, boolean] => [spelling, index === 0],
      ),
    ),
  ),
);

/** `: did you mean "name"?`, or nothing where no name is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? '' : `: did you mean "${nearest}"?`;
}
