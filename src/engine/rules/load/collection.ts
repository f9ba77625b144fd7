import { checkException } from './check-exception.ts';
import type {
  ExceptionEntry,
  ExceptionPart,
  ListEntry,
  MacroEntry,
  RequiredPlugin,
  RuleEntry,
  RuleUpdate,
} from './entries.ts';
import type { FieldLookup } from './field-lookup.ts';
import type { Located } from './item.ts';
import { LoadError } from './report.ts';
import type { Place } from './source-file.ts';
import type { Version } from './version.ts';

/**
 * Lists, macros and rules of all files so far. A redefinition replaces the body and keeps the first
 * position, for the first rule that matches an event wins.
 */
export class Collection {
  readonly lists = new Map<string, ListEntry>();
  readonly macros = new Map<string, MacroEntry>();
  readonly rules = new Map<string, RuleEntry>();
  readonly requiredPlugins: RequiredPlugin[] = [];
  requiredEngineVersion: Version | undefined;
  private readonly fields: FieldLookup;
  private next = 0;

  /** Definitions and changes so far. */
  get size(): number {
    return this.next;
  }

  constructor(fields: FieldLookup) {
    this.fields = fields;
  }

  defineList(name: string, items: readonly Located[], place: Place): void {
    const index = this.next++;
    const previous = this.lists.get(name);
    const first = previous?.index ?? index;
    this.lists.set(name, { name, items, place, index: first, visibility: index });
  }

  appendList(name: string, items: readonly Located[], place: Place): void {
    const previous = this.lists.get(name) ?? fail(NO_PREVIOUS_LIST, place, name);
    previous.items = [...previous.items, ...items];
    previous.visibility = this.next++;
  }

  defineMacro(name: string, condition: Located, place: Place): void {
    const index = this.next++;
    const first = this.macros.get(name)?.index ?? index;
    const entry = { name, condition: [condition], place, index: first, visibility: index };
    this.macros.set(name, entry);
  }

  appendMacro(name: string, condition: Located, place: Place): void {
    const previous = this.macros.get(name) ?? fail(NO_PREVIOUS_MACRO, place, name);
    previous.condition = [...previous.condition, condition];
    previous.visibility = this.next++;
  }

  defineRule(rule: Omit<RuleEntry, 'index' | 'visibility'>): void {
    const previous = this.rules.get(rule.name);
    if (previous !== undefined && previous.source !== rule.source) {
      fail(OTHER_SOURCE, rule.place, rule.name);
    }
    const exceptions = rule.exceptions.map((exception) => this.check(rule, exception));
    const index = this.next++;
    const order = { index: previous?.index ?? index, visibility: index };
    this.rules.set(rule.name, { ...rule, ...order, exceptions });
  }

  appendRule(update: RuleUpdate): void {
    const rule = this.previousRule(update, NO_PREVIOUS_RULE_APPEND);
    if (!hasAny(update)) fail(NOTHING_APPENDED, update.place, update.name);
    if (update.condition !== undefined) rule.condition = [...rule.condition, update.condition];
    if (update.output !== undefined) rule.output = [...rule.output, update.output];
    if (update.description !== undefined) {
      rule.description = [...rule.description, update.description];
    }
    if (update.tags !== undefined) rule.tags = sortedTags([...rule.tags, ...update.tags]);
    for (const exception of update.exceptions ?? []) this.appendException(rule, exception);
    rule.visibility = this.next++;
  }

  replaceInRule(update: RuleUpdate): void {
    const rule = this.previousRule(update, NO_PREVIOUS_RULE_REPLACE);
    if (!hasAny(update)) fail(NOTHING_REPLACED, update.place, update.name);
    if (update.condition !== undefined) rule.condition = [update.condition];
    if (update.output !== undefined) rule.output = [update.output];
    if (update.description !== undefined) rule.description = [update.description];
    if (update.exceptions !== undefined) {
      rule.exceptions = update.exceptions.map((exception) => this.check(rule, exception));
    }
    rule.tags = update.tags ?? rule.tags;
    rule.priority = update.priority ?? rule.priority;
    rule.enabled = update.enabled ?? rule.enabled;
    rule.warnEventTypes = update.warnEventTypes ?? rule.warnEventTypes;
    rule.skipIfUnknownFilter = update.skipIfUnknownFilter ?? rule.skipIfUnknownFilter;
    rule.midwatch = { ...rule.midwatch, ...update.midwatch };
    rule.visibility = this.next++;
  }

  enableRule(name: string, enabled: boolean, place: Place): void {
    const previous = this.rules.get(name) ?? fail(NO_PREVIOUS_RULE_ENABLE, place, name);
    previous.enabled = enabled;
  }

  private previousRule(update: RuleUpdate, message: string): RuleEntry {
    const previous = this.rules.get(update.name) ?? fail(message, update.place, update.name);
    if (update.source !== undefined && update.source !== previous.source) {
      fail(OTHER_SOURCE, update.place, update.name);
    }
    return previous;
  }

  private check(
    rule: Pick<RuleEntry, 'source' | 'hasKnownSource' | 'name'>,
    exception: ExceptionEntry,
  ) {
    return checkException(exception, {
      rule: rule.name,
      fields: rule.hasKnownSource ? this.fields : undefined,
      source: rule.source,
    });
  }

  /** More values for an exception that the rule has, or one that it does not have yet. */
  private appendException(rule: RuleEntry, exception: ExceptionEntry): void {
    const { place, name } = exception;
    const previous = rule.exceptions.find((other) => other.name === name);
    if (previous === undefined) {
      if (exception.fields === undefined) fail(EXCEPTION_WITHOUT_FIELDS, place, rule.name);
      if (exception.values.length === 0) fail(EXCEPTION_WITHOUT_VALUES, place, rule.name);
      rule.exceptions = [...rule.exceptions, this.check(rule, exception)];
      return;
    }
    if (exception.fields !== undefined) fail(EXCEPTION_FIELDS_APPENDED, place, rule.name);
    if (exception.comparisons !== undefined) fail(EXCEPTION_COMPS_APPENDED, place, rule.name);
    const values: readonly ExceptionPart[] = [...previous.values, ...exception.values];
    rule.exceptions = rule.exceptions.map((other) =>
      other === previous ? { ...previous, values } : other,
    );
  }
}

const NO_PREVIOUS_LIST =
  "List uses 'append' or 'override.items: append' but no list by that name already exists";
const NO_PREVIOUS_MACRO =
  "Macro uses 'append' or 'override.condition: append' but no macro by that name already exists";
const NO_PREVIOUS_RULE_APPEND =
  "Rule uses 'append' or 'override.<key>: append' but no rule by that name already exists";
const NO_PREVIOUS_RULE_REPLACE =
  "An 'override.<key>: replace' to a rule was requested but no rule by that name already exists";
const NO_PREVIOUS_RULE_ENABLE = "Rule has 'enabled' key but no rule by that name already exists";
const OTHER_SOURCE = 'Rule has been re-defined with a different source';
const NOTHING_APPENDED = 'Appended rule must have exceptions or condition property';
const NOTHING_REPLACED = 'The rule must have at least one field that can be replaced';
const EXCEPTION_WITHOUT_FIELDS = 'Rule exception must have fields property with a list of fields';
const EXCEPTION_WITHOUT_VALUES = 'Rule exception must have values property with a list of values';
const EXCEPTION_FIELDS_APPENDED =
  'Can not append exception fields to existing exception, only values';
const EXCEPTION_COMPS_APPENDED =
  'Can not append exception comps to existing exception, only values';

function fail(message: string, place: Place, item: string): never {
  throw new LoadError('LOAD_ERR_VALIDATE', message, { place, item });
}

function hasAny(update: RuleUpdate): boolean {
  return Object.keys(update).some((key) => !['name', 'source', 'place'].includes(key));
}

/** Tags are a set, in the order of their bytes. */
export function sortedTags(tags: Iterable<string>): readonly string[] {
  return [...new Set(tags)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
