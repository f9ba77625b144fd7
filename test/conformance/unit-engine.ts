import { printCondition } from '#engine/rules/language/print-condition.ts';
import type { LoadedRules } from '#engine/rules/load/load-rules.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import type { Json } from './corpus.ts';
import { asRecords, asTexts, readJson, textOf } from './corpus.ts';
import { ENGINE_SCENES } from './engine-scenes.ts';
import { listedFields } from './listed-fields.ts';
import type { CaseResult, Part } from './part.ts';
import { absent, difference, isChosen } from './part-case.ts';

const FILE = 'unit/falco-engine-unit-tests.json';

// The upstream tests name some messages by the constants that hold them.
const CONSTANTS: Readonly<Record<string, string>> = {
  WARNING_APPEND: "'append' key is deprecated",
  WARNING_ENABLED: "The standalone 'enabled' key usage is deprecated",
  ERROR_OVERRIDE_APPEND: "Keys 'override' and 'append: true' cannot be used together",
  ERROR_NO_PREVIOUS_MACRO: 'no macro by that name already exists',
  ERROR_NO_PREVIOUS_LIST: 'no list by that name already exists',
  ERROR_NO_PREVIOUS_RULE_APPEND: "'override.<key>: append' but no rule by that name already exists",
  ERROR_NO_PREVIOUS_RULE_REPLACE:
    "An 'override.<key>: replace' to a rule was requested but no rule by that name already exists",
};

/** A rule that tests of exceptions put in front of their piece. */
const BASE_RULE = `
- rule: test_rule
  desc: test rule
  condition: evt.type = open
  output: command=%proc.cmdline
  priority: INFO
`;

/** Rule files with what loading them must say and make of them. */
export const unitEngine: Part = {
  name: 'unit-engine',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    const corpus = readJson(folder, FILE);
    if (corpus === undefined) return void (yield absent(FILE));
    const fields = listedFields(folder);
    for (const test of asRecords(corpus['tests'])) {
      const name = `${textOf(test['file'])}:${textOf(test['test'])}`;
      const texts = asTexts(test['rules_yaml']);
      const expectsLoad = test['load_ok'];
      if (!isChosen(name, only)) continue;
      const scene = ENGINE_SCENES[textOf(test['test'])];
      if (scene !== undefined) {
        yield { name, failures: scene(test, fields) };
        continue;
      }
      if (texts.length === 0 || typeof expectsLoad !== 'boolean') {
        yield { name, failures: [], skipped: 'what it checks is not in the data' };
        continue;
      }
      const [text = ''] = texts;
      const yaml = /^\s+exceptions:/.test(text) ? `${BASE_RULE}${text.replace(/^\n/, '')}` : text;
      const loaded = loadRules([{ name: 'rules.yaml', text: yaml }], { fields });
      yield { name, failures: failuresOf(test, loaded) };
    }
  },
};

function failuresOf(test: Json, loaded: LoadedRules): readonly string[] {
  const errors = loaded.diagnostics.filter(({ severity }) => severity === 'error');
  const shown = errors.map(({ message }) => message);
  const wrong = loaded.hasErrors === test['load_ok'];
  return [
    ...(wrong ? [`loads: expected ${test['load_ok']}, found ${!loaded.hasErrors}: ${shown}`] : []),
    ...asRecords(test['messages']).flatMap((message) => messageFailures(message, loaded)),
    ...asRecords(test['compiled']).flatMap(({ rule, condition }) => {
      const found = loaded.rules.find(({ name }) => name === rule);
      const text = found === undefined ? undefined : printCondition(found.condition);
      return difference(`condition of ${textOf(rule)}`, condition, text);
    }),
    ...countFailures(test, loaded),
  ];
}

function countFailures(test: Json, loaded: LoadedRules): readonly string[] {
  const [expected] = Array.isArray(test['num_enabled']) ? test['num_enabled'] : [];
  if (typeof expected !== 'number') return [];
  return difference(
    'enabled rules',
    expected,
    loaded.rules.filter(({ enabled }) => enabled).length,
  );
}

function messageFailures(message: Json, { diagnostics }: LoadedRules): readonly string[] {
  const severity = message['kind'] === 'check_error_message' ? 'error' : 'warning';
  const text = textOf(message['text']);
  const wanted = CONSTANTS[text] ?? text;
  const found = diagnostics.some(
    (one) => one.severity === severity && one.message.includes(wanted),
  );
  return difference(`${severity} "${wanted}"`, message['expect'], found);
}
