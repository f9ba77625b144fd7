import { parseCondition } from '#engine/rules/language/parse-condition.ts';
import { printCondition } from '#engine/rules/language/print-condition.ts';
import type { AppendedOutput } from '#engine/rules/load/append-output.ts';
import { unsafeWarningsOf } from '#engine/rules/load/check-warnings.ts';
import type { LoadOptions } from '#engine/rules/load/load-rules.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import type { Plugin } from '#engine/rules/load/read-versions.ts';
import { resolveMacros } from '#engine/rules/load/resolve-macros.ts';
import type { Selection } from '#engine/rules/load/select-rules.ts';
import { matchesWildcard } from '#engine/rules/load/select-rules.ts';
import type { Json } from './corpus.ts';
import { asTexts } from './corpus.ts';
import { difference } from './part-case.ts';

/** What upstream's tests of the engine do in code, told again: by test, what then differs. */
type Scene = (test: Json, fields: LoadOptions['fields']) => readonly string[];

function load(text: string, options: LoadOptions) {
  return loadRules([{ name: 'rules.yaml', text }], { lints: false, ...options });
}

/** Each rule file with the plugins that are there: `name version …`. */
function requirements(isMet: boolean, plugins: readonly string[]): Scene {
  return (test, fields) =>
    asTexts(test['rules_yaml']).flatMap((text, i) => {
      const loaded = load(text, { fields, plugins: pluginsOf(plugins[i] ?? '') });
      return difference(`file ${i + 1} is met`, isMet, !loaded.hasErrors);
    });
}

function pluginsOf(text: string): readonly Plugin[] {
  return [...text.matchAll(/(\S+) (\S+)/g)].map(([, name = '', version = '']) => ({
    name,
    version,
  }));
}

const RULES = [
  'first actual rule process',
  'second disabled rule exec_process',
  'third disabled rule exec',
]
  .map((line) => {
    const [, name = '', tag = ''] = /^(.*) (\S+)$/.exec(line) ?? [];
    const enabled = !name.includes('disabled');
    const rest = 'desc: d, condition: evt.type=execve, output: o, priority: INFO';
    return `- {rule: ${name}, ${rest}, tags: [${tag}], enabled: ${enabled}}\n`;
  })
  .join('');

/** How many rules run after each selection; names and tags are those of RULES. */
function selections(cases: readonly (readonly [number, ...(readonly Selection[])])[]): Scene {
  return (_test, fields) =>
    cases.flatMap(([count, ...selection]) => {
      const { rules } = load(RULES, { fields, selection });
      return difference(JSON.stringify(selection), count, rules.filter((r) => r.enabled).length);
    });
}

const NONE: Selection = { action: 'disable', rule: '*' };
const enable = (rule: string): Selection => ({ action: 'enable', rule });
const byTag = (action: Selection['action'], tag: string): Selection => ({ action, tag });

/** Macros and a condition in which they stand, with what comes of it. */
function macros(definitions: Json, condition: string, expected: string): Scene {
  return () => {
    const lookup = (name: string) => {
      const text = definitions[name];
      if (typeof text !== 'string') return undefined;
      const resolved = resolveMacros(parseCondition(text), lookup);
      return 'message' in resolved ? undefined : resolved;
    };
    const found = resolveMacros(parseCondition(condition), lookup);
    return difference(
      condition,
      expected,
      'message' in found ? found.message : printCondition(found.expr),
    );
  };
}

type Extra = Partial<AppendedOutput>;

/** Outputs and fields of the rules of a test that gives more output. */
function outputs(extra: readonly Extra[], expected: readonly string[]): Scene {
  return (test, fields) => {
    const appendOutput = extra.map((one) => ({ tags: [], fields: [], suggested: false, ...one }));
    const [text = ''] = asTexts(test['rules_yaml']);
    const { rules } = load(text, { fields, appendOutput });
    const shown = rules.flatMap(({ output, extraFields = [] }) => [
      output,
      ...extraFields.map(({ name, format }) => `${name}: ${format}`),
    ]);
    return difference('output', expected, shown);
  };
}

const LEGIT = 'user=%user.name command=%proc.cmdline file=%fd.name';
const TYPE: Extra = { format: 'evt.type=%evt.type' };
const A = { test_macro: 'test.field exists' };

/** Conditions of one check each, and whether they are warned of. */
function warned(expected: boolean, ...conditions: readonly string[]): readonly string[] {
  return conditions.flatMap((condition) => {
    const check = parseCondition(condition);
    const found = check.kind === 'check' && unsafeWarningsOf(check).length > 0;
    return difference(`${condition} is warned of`, expected, found);
  });
}

export const ENGINE_SCENES: Readonly<Record<string, Scene>> = {
  check_plugin_requirements_success: requirements(true, [
    'k8saudit 0.1.0',
    'k8saudit 0.2.0',
    'k8saudit 0.1.0 json 0.3.0',
    'k8saudit 0.2.0',
    'k8saudit-other 0.5.0',
    'k8saudit-other 0.5.0 json2 0.5.0',
    'k8saudit-other 0.7.0 json2 0.5.0',
  ]),
  check_plugin_requirements_reject: requirements(false, [
    '',
    'k8saudit 0.1.0',
    'k8saudit 0.1.0',
    'k8saudit 0.1.0',
    'k8saudit 0.1.0',
    'k8saudit2 0.5.0',
    'k8saudit 0.5.0',
    'k8saudit-other 0.5.0 json3 0.5.0',
    'k8saudit 0.7.0 json2 0.5.0',
  ]),
  matches_wildcard: () => [
    ...[
      '*|anything',
      '**|anything',
      '*|',
      'no star|no star',
      '|',
      'hello*world|hello new world',
      '*ab|xabab',
      '*ab*ab|ababab',
      '**ab**ab|ababab',
      '*hello*world|hello new world',
    ].flatMap((pair) => wildcard(pair, true)),
    ...[
      'no star|',
      '|no star',
      'hello*world|hello new world yes',
      '*ab|xabcd',
      '*foo*bar|foofoobaz',
    ].flatMap((pair) => wildcard(pair, false)),
  ],
  enable_rule_name: selections([[1], [0, NONE], [1, NONE, enable('*first*')], [3, enable('*')]]),
  enable_rule_name_exact: selections([
    [1, NONE, enable('first actual rule')],
    [0, NONE, enable('first')],
  ]),
  enable_rule_name_wildcard: selections([
    [1, NONE, enable('first actual rule')],
    [3, NONE, enable('*rule')],
    [1, NONE, enable('*second*r*')],
    [3, NONE, enable('*')],
  ]),
  enable_rule_tags: selections([
    [1, NONE, byTag('enable', 'process')],
    [0, NONE, byTag('enable', 'process'), byTag('disable', 'process')],
  ]),
  enable_disabled_rule_by_tag: selections([[2, byTag('enable', 'exec_process')]]),
  enable_rule_id: selections([
    [1, NONE, enable('first actual rule')],
    [3, NONE, enable('*')],
  ]),
  should_resolve_macros_on_a_filter_AST: macros(
    A,
    'evt.name exists and not test_macro',
    '(evt.name exists and not test.field exists)',
  ),
  should_resolve_macros_on_a_filter_AST_single_node: macros(A, 'test_macro', 'test.field exists'),
  should_resolve_macros_on_a_filter_AST_multiple_macros: macros(
    { test_macro_1: 'one.field exists', test_macro_2: 'another.field exists' },
    'test_macro_1 or test_macro_2',
    '(one.field exists or another.field exists)',
  ),
  should_resolve_macros_on_a_filter_AST_nested_macros: macros(
    { test_macro_1: 'one.field exists and test_macro_2', test_macro_2: 'another.field exists' },
    'test_macro_1',
    '(one.field exists and another.field exists)',
  ),
  should_find_unknown_macros: macros(
    {},
    'evt.name exists and not test_macro',
    "Undefined macro 'test_macro' used in filter.",
  ),
  should_undefine_macro: macros({}, 'test_macro', "Undefined macro 'test_macro' used in filter."),
  warnings_in_filtering_conditions: () => [
    ...warned(false, 'ka.field exists', 'some.field = <NA>'),
    ...warned(true, 'jevt.field = <NA>', 'ka.field == <NA>', 'ka.field != <NA>', 'evt.dir = >'),
    ...warned(true, 'ka.field in (<NA>)', 'ka.field in (otherval, <NA>)', 'evt.dir = <'),
    ...warned(true, 'ka.field intersects (<NA>)', 'ka.field pmatch (otherval, <NA>)'),
    ...warned(true, 'tolower(ka.field) = <NA>', 'concat(safe.field, ka.field) = <NA>'),
    ...warned(false, 'tolower(safe.field) = <NA>'),
  ],
  extra_format_all: outputs([TYPE], [`${LEGIT} evt.type=%evt.type`]),
  extra_format_by_rule: outputs(
    [{ ...TYPE, rule: 'legit_rule' }],
    ['out 1 evt.type=%evt.type', 'out 2'],
  ),
  extra_format_by_tag_rule: outputs(
    [
      { format: 'extra 1', tags: ['tag1'] },
      { format: 'extra 2', rule: 'another_rule' },
      { format: 'extra 3', tags: ['tag1', 'tag2'] },
    ],
    ['out 1 extra 1', 'out 2 extra 1 extra 2', 'out 3 extra 1 extra 3'],
  ),
  extra_fields_all: outputs(
    [{ fields: [{ name: 'my_field', format: 'hello %evt.num', isRaw: false }] }],
    [LEGIT, 'my_field: hello %evt.num'],
  ),
};

function wildcard(pair: string, expected: boolean): readonly string[] {
  const [pattern = '', text = ''] = pair.split('|');
  return difference(pair, expected, matchesWildcard(text, pattern));
}
