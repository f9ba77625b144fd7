import { loadRules } from '#engine/rules/load/load-rules.ts';
import type { Diagnostic } from '#engine/rules/rule.ts';
import type { Json } from './corpus.ts';
import { asList, asRecords, asTexts, readJson, textOf } from './corpus.ts';
import { listedFields } from './listed-fields.ts';
import type { CaseResult, Part } from './part.ts';
import { absent, isChosen } from './part-case.ts';
import type { FalcoMessage } from './same-reason.ts';
import { messageDifferences } from './same-reason.ts';

const FILE = 'oracle/probes.json';

/** One-rule probes: whether the rule loads, and for which reason it does not. */
export const probesLoad: Part = {
  name: 'oracle-probes-load',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    const corpus = readJson(folder, FILE);
    if (corpus === undefined) return void (yield absent(FILE));
    const fields = listedFields(folder);
    const base = textOf(corpus['base']);
    for (const probe of asRecords(corpus['probes'])) {
      const name = textOf(probe['condition']);
      if (!isChosen(name, only)) continue;
      const condition = base.replace('<condition>', () => name);
      const text = ruleWith(condition);
      const { diagnostics } = loadRules([{ name: 'probe.yaml', text }], { fields });
      yield { name: name.slice(0, 200), failures: failuresOf(probe, diagnostics) };
    }
  },
};

function ruleWith(condition: string): string {
  const rule = {
    rule: 'probe',
    desc: 'probe',
    condition,
    output: 'probe',
    priority: 'INFO',
    warn_evttypes: false,
  };
  return `- ${JSON.stringify(rule)}\n`;
}

function failuresOf(probe: Json, diagnostics: readonly Diagnostic[]): readonly string[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const loads = errors.length === 0;
  if (loads !== probe['loads']) {
    const shown = errors.map(({ message }) => message).join('; ');
    return [`loads: expected ${probe['loads']}, found ${loads}${loads ? '' : `: ${shown}`}`];
  }
  // Some conditions stop Falco as a whole, which then has no word for them.
  if (!loads && asList(probe['errors']).length === 0) return [];
  return [
    ...messageDifferences('error', messagesOf(probe['errors']), diagnostics),
    ...messageDifferences('warning', messagesOf(probe['warnings']), diagnostics),
  ];
}

function messagesOf(value: unknown): readonly FalcoMessage[] {
  return asList(value).map((pair) => {
    const [code = '', message = ''] = asTexts(pair);
    return { code, message };
  });
}
