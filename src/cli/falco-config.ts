import { parse, YAMLParseError } from 'yaml';
import type { AppendedOutput } from '#engine/rules/load/append-output.ts';
import type { LoadOptions } from '#engine/rules/load/load-rules.ts';
import type { Selection } from '#engine/rules/load/select-rules.ts';
import type { ExtraField } from '#engine/rules/rule.ts';
import { PRIORITIES } from '#engine/rules/rule.ts';
import { readTextFile } from '#lib/read-text-file.ts';
import { UserError } from '#lib/user-error.ts';
import { RULE_FILE_BYTES } from '#model/limits.ts';

/** What a falco.yaml says about rules; its other keys are about Falco's own running. */
export interface FalcoConfig
  extends Pick<LoadOptions, 'minimumPriority' | 'selection' | 'appendOutput'> {
  readonly matching?: 'first' | 'all';
}

/** `append_output`, `rules`, `priority` and `rule_matching` of a falco.yaml. */
export function readFalcoConfig(path: string): FalcoConfig {
  const text = readTextFile(path, { what: 'Falco’s configuration', most: RULE_FILE_BYTES });
  try {
    const config = new Section('', parse(text, { maxAliasCount: 100 }) ?? {});
    return {
      ...withValue('appendOutput', config.list('append_output')?.map(readAppended)),
      ...withValue('selection', config.list('rules')?.map(readSelection)),
      ...withValue('minimumPriority', readPriority(config)),
      ...withValue('matching', readMatching(config)),
    };
  } catch (error) {
    if (!(error instanceof Unexpected) && !(error instanceof YAMLParseError)) throw error;
    const message = error.message.split('\n')[0];
    throw new UserError(`Cannot use Falco’s configuration ${path}: ${message}`);
  }
}

class Unexpected extends Error {}

/** One map of the configuration; its name is for messages. */
class Section {
  private readonly name: string;
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(name: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Unexpected(`expected a map${name === '' ? '' : ` as "${name}"`}`);
    }
    this.name = name;
    this.values = Object.fromEntries(Object.entries(value));
  }

  keys(): readonly string[] {
    return Object.keys(this.values);
  }

  section(key: string): Section | undefined {
    const value = this.values[key];
    return value === undefined || value === null ? undefined : new Section(this.path(key), value);
  }

  list(key: string): readonly { readonly name: string; readonly value: unknown }[] | undefined {
    const value = this.values[key];
    if (value === undefined || value === null) return undefined;
    const name = this.path(key);
    if (!Array.isArray(value)) throw new Unexpected(`expected a list as "${name}"`);
    return value.map((item: unknown, index) => ({ name: `${name}[${index}]`, value: item }));
  }

  text(key: string): string | undefined {
    const value = this.values[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object') return String(value);
    throw new Unexpected(`expected a text as "${this.path(key)}"`);
  }

  isTrue(key: string): boolean {
    return this.values[key] === true;
  }

  private path(key: string): string {
    return this.name === '' ? key : `${this.name}.${key}`;
  }
}

interface Named {
  readonly name: string;
  readonly value: unknown;
}

function readAppended({ name, value }: Named): AppendedOutput {
  const entry = new Section(name, value);
  const match = entry.section('match');
  return {
    tags: match?.list('tags')?.map((tag) => String(tag.value)) ?? [],
    ...withValue('source', match?.text('source')),
    ...withValue('rule', match?.text('rule')),
    ...withValue('format', entry.text('extra_output')),
    fields: entry.list('extra_fields')?.flatMap(readExtraField) ?? [],
    suggested: entry.isTrue('suggested_output'),
  };
}

/** `evt.cpu` alone is that field; `name: "text %evt.cpu"` is a text under a name of its own. */
function readExtraField({ name, value }: Named): readonly ExtraField[] {
  if (typeof value === 'string') return [{ name: value, format: `%${value}`, isRaw: true }];
  const entry = new Section(name, value);
  return entry.keys().map((key) => ({ name: key, format: entry.text(key) ?? '', isRaw: false }));
}

function readSelection({ name, value }: Named): Selection {
  const step = new Section(name, value);
  for (const action of ['enable', 'disable'] as const) {
    const chosen = step.section(action);
    const [rule, tag] = [chosen?.text('rule'), chosen?.text('tag')];
    if (rule !== undefined) return { action, rule };
    if (tag !== undefined) return { action, tag };
  }
  throw new Unexpected(`expected "enable" or "disable" with a "rule" or a "tag" in "${name}"`);
}

function readPriority(config: Section): LoadOptions['minimumPriority'] {
  const text = config.text('priority')?.toLowerCase();
  if (text === undefined) return undefined;
  const wanted = text === 'info' ? 'informational' : text;
  const priority = PRIORITIES.find((known) => known.toLowerCase() === wanted);
  if (priority !== undefined) return priority;
  throw new Unexpected(`expected one of ${PRIORITIES.join(', ')} as "priority", found "${text}"`);
}

function readMatching(config: Section): FalcoConfig['matching'] {
  const text = config.text('rule_matching');
  if (text === undefined || text === 'first' || text === 'all') return text;
  throw new Unexpected(`expected first or all as "rule_matching", found "${text}"`);
}

function withValue<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  // A computed key is any text to the compiler; it is K.
  return value === undefined ? {} : ({ [key]: value } as { [key in K]?: V });
}
