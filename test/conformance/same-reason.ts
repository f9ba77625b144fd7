import type { Diagnostic } from '#engine/rules/rule.ts';

/** What Falco said of a rule file. */
export interface FalcoMessage {
  readonly code: string;
  readonly message: string;
  /** The rule, macro or list it is about, where Falco says that. */
  readonly item?: string;
}

/**
 * Falco's sentences and what in ours says the same. Ours also give place, found and a suggestion,
 * so a sentence that is not here must be a part of ours word by word.
 */
const TRANSLATIONS: readonly (readonly [RegExp, (match: RegExpExecArray) => RegExp])[] = [
  [/^filter_check called with nonexistent field (\S+)/, (match) => mentions('field', match[1])],
  [/^unknown event argument (\S+)/, (match) => mentions('argument|parameter', match[1])],
  [/^invalid regex pattern/, () => /^invalid regex pattern/],
  [/^yaml-cpp/, () => /YAML/],
  [/^unknown filter: |^invalid formatting token/, () => /unknown field|invalid formatting token/],
  [/^Value of /, () => /./],
];

/** Whether one of ours is the same warning or error for the same reason. */
export function isSameReason(falco: FalcoMessage, ours: Diagnostic): boolean {
  if (falco.code !== ours.code) return false;
  if (falco.item !== undefined && falco.item !== ours.item) return false;
  for (const [theirs, translate] of TRANSLATIONS) {
    const match = theirs.exec(falco.message);
    if (match !== null) return translate(match).test(ours.message);
  }
  return ours.message.includes(falco.message.replace(/^filter error: /, ''));
}

function mentions(what: string, name: string | undefined): RegExp {
  const escaped = (name ?? '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?:${what}).*${escaped}`);
}

/** What differs between Falco's messages and ours; those with codes of our own are left out. */
export function messageDifferences(
  kind: 'error' | 'warning',
  falco: readonly FalcoMessage[],
  ours: readonly Diagnostic[],
): readonly string[] {
  // Falco stops at the first error: what we go on to say behind it has nothing to compare with.
  const end = ours.findIndex(({ severity }) => severity === 'error');
  const before = end < 0 ? ours : ours.slice(0, end + 1);
  const compared = before.filter(({ severity, code }) => severity === kind && /^LOAD_/.test(code));
  const missing = falco.filter((theirs) => !compared.some((our) => isSameReason(theirs, our)));
  const extra = compared.filter((our) => !falco.some((theirs) => isSameReason(theirs, our)));
  return [
    ...missing.map(
      ({ code, message }) => `expected ${kind} ${code}: ${message}, found none like it`,
    ),
    ...extra.map(({ code, message }) => `expected no such ${kind}, found ${code}: ${message}`),
  ];
}
