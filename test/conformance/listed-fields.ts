import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIELDS } from '#engine/fields/table.ts';
import type { FieldFacts, FieldLookup } from '#engine/rules/load/field-lookup.ts';
import { tableLookup } from '#engine/rules/load/table-lookup.ts';

const LIST = 'oracle/falco-list-fields.txt';

/**
 * The fields that Falco listed when it gave its answers, with its own types: the loader's cases are
 * about rules, so they must not depend on which fields this engine can answer. Fields that Falco
 * takes but does not list (evt.dir) are this engine's, and all are where the folder has no list.
 */
export function listedFields(folder: string): FieldLookup {
  const path = join(folder, LIST);
  if (!existsSync(path)) return tableLookup(FIELDS);
  const text = readFileSync(path, 'utf8');
  const fields = new Map<string, FieldFacts>();
  let sources: string[] = [];
  // A long name stands alone, its description on the next line.
  for (const line of text.replace(/^([a-z]\S+)\n\s+\(Type/gm, '$1 (Type').split('\n')) {
    const found = /^Event Sources:\s+(.*)$/.exec(line);
    if (found !== null) sources = (found[1] ?? '').trim().split(/\s+/);
    const row = /^([a-z][a-z0-9_]*(?:\.[a-zA-Z0-9_]+)+)\s+(\(Type: .*)$/.exec(line);
    if (row !== null) add(fields, row[1] ?? '', { rest: row[2] ?? '', sources });
  }
  const own = new Map(FIELDS.map((field) => [field.name, field]));
  return {
    find: (name) => {
      const listed = fields.get(name);
      const ours = own.get(name);
      return listed === undefined ? ours : { ...argumentFacts(ours), ...listed };
    },
    names: () => [...new Set([...fields.keys(), ...own.keys()])],
  };
}

/** What the list does not tell: what an argument may be. */
function argumentFacts(ours: FieldFacts | undefined): Partial<FieldFacts> {
  if (ours === undefined) return {};
  const { argKind, checkArg, several } = ours;
  return {
    ...(argKind === undefined ? {} : { argKind }),
    ...(checkArg === undefined ? {} : { checkArg }),
    ...(several === undefined ? {} : { several }),
  };
}

function add(
  fields: Map<string, FieldFacts>,
  name: string,
  { rest, sources }: { rest: string; sources: readonly string[] },
): void {
  const type = /^\(Type: ([A-Z0-9]+)\)/.exec(rest)?.[1] ?? 'CHARBUF';
  const flags = /^\(Type: [A-Z0-9]+\) \(([A-Z_,]+)\)/.exec(rest)?.[1]?.split(',') ?? [];
  const arg = flags.includes('ARG_REQUIRED')
    ? 'required'
    : flags.includes('ARG_ALLOWED')
      ? 'optional'
      : 'none';
  fields.set(name, {
    name,
    type: 'string',
    falcoType: type,
    arg,
    isList: flags.includes('EPF_IS_LIST'),
    dotted: arg !== 'none',
    plainOnly: flags.includes('EPF_NO_TRANSFORMER'),
    constantsOnly: flags.includes('EPF_NO_RHS'),
    filterOnly: flags.includes('FILTER_ONLY'),
    sources: sources.filter((source) => source === 'syscall' || source === 'k8s_audit'),
  });
}
