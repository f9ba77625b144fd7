import type { ExtraField, Rule } from '#engine/rules/rule.ts';
import type { FieldLookup } from './field-lookup.ts';
import { resolveField } from './field-lookup.ts';

/** One entry of Falco's `append_output`: what the rules that fit it tell on top of their own. */
export interface AppendedOutput {
  /** Only rules of this source, of this name, with all of these tags. */
  readonly source?: string;
  readonly rule?: string;
  readonly tags: readonly string[];
  /** Put behind the rule's own output. */
  readonly format?: string;
  readonly fields: readonly ExtraField[];
  /** Whether container and pod are told too, as Falco's plugins suggest. */
  readonly suggested: boolean;
}

type Matched = Pick<Rule, 'name' | 'source' | 'tags'>;

/** A rule's whole output and the fields that its text does not name. */
export function appendOutput(
  rule: Matched & Pick<Rule, 'output'>,
  appended: readonly AppendedOutput[],
  lookup: FieldLookup,
): { readonly output: string; readonly extraFields: readonly ExtraField[] } {
  const parts = [rule.output];
  const fields = new Map<string, ExtraField>();
  for (const entry of appended) {
    if (!fits(entry, rule)) continue;
    if (entry.format !== undefined) parts.push(entry.format);
    if (entry.suggested) parts.push(...suggestedParts(rule, lookup));
    // The last one of a name counts, as in Falco.
    for (const field of entry.fields) fields.set(field.name, field);
  }
  return { output: parts.join(' '), extraFields: [...fields.values()] };
}

function fits({ source, rule, tags }: AppendedOutput, { name, ...of }: Matched): boolean {
  if (source !== undefined && source !== of.source) return false;
  if (rule !== undefined && rule !== name) return false;
  return tags.every((tag) => of.tags.includes(tag));
}

const SUGGESTED = [
  'container.id',
  'container.name',
  'container.image.repository',
  'container.image.tag',
  'k8s.pod.name',
  'k8s.ns.name',
] as const;

function suggestedParts({ source }: Matched, lookup: FieldLookup): readonly string[] {
  const known = SUGGESTED.filter(
    (name) => resolveField(lookup, { kind: 'field', name, position: 0 }, source) !== undefined,
  );
  return known.map((name) => `${name.replaceAll('.', '_')}=%${name}`);
}
