import type { Diagnostic } from '#engine/rules/rule.ts';
import type { FieldFacts, FieldLookup } from './field-lookup.ts';
import type { LoadedRules, LoadOptions } from './load-rules.ts';
import { loadRules } from './load-rules.ts';

/** A small table of fields, so that tests of the loader do not change with the real one. */
const FIELDS: readonly FieldFacts[] = [
  { name: 'evt.type', type: 'string', falcoType: 'CHARBUF', arg: 'none', sources: ['syscall'] },
  { name: 'evt.num', type: 'number', falcoType: 'UINT64', arg: 'none' },
  { name: 'evt.dir', type: 'string', falcoType: 'CHARBUF', arg: 'none', sources: ['syscall'] },
  { name: 'evt.buffer', type: 'buffer', falcoType: 'BYTEBUF', arg: 'none' },
  { name: 'evt.is_io', type: 'bool', falcoType: 'BOOL', arg: 'none' },
  { name: 'evt.arg', type: 'string', falcoType: 'CHARBUF', arg: 'required', dotted: true },
  {
    name: 'evt.rawarg',
    type: 'string',
    falcoType: 'DYNAMIC',
    arg: 'required',
    dotted: true,
    plainOnly: true,
  },
  { name: 'proc.name', type: 'string', falcoType: 'CHARBUF', arg: 'none' },
  { name: 'proc.pname', type: 'string', falcoType: 'CHARBUF', arg: 'none' },
  { name: 'proc.pid', type: 'number', falcoType: 'INT64', arg: 'none' },
  {
    name: 'proc.aname',
    type: 'string',
    falcoType: 'CHARBUF',
    arg: 'optional',
    argKind: 'index',
    several: 'chain',
    plainOnly: true,
  },
  { name: 'fd.name', type: 'string', falcoType: 'CHARBUF', arg: 'none', sources: ['syscall'] },
  { name: 'fd.num', type: 'number', falcoType: 'INT64', arg: 'none' },
  {
    name: 'fd.types',
    type: 'string',
    falcoType: 'CHARBUF',
    arg: 'optional',
    isList: true,
    constantsOnly: true,
  },
  { name: 'fd.sip', type: 'ip', falcoType: 'IPADDR', arg: 'none' },
  {
    name: 'fd.net',
    type: 'net',
    falcoType: 'IPNET',
    arg: 'none',
    plainOnly: true,
    filterOnly: true,
  },
  { name: 'fd.sport', type: 'number', falcoType: 'PORT', arg: 'none' },
  { name: 'fd.sip.name', type: 'string', falcoType: 'CHARBUF', arg: 'none' },
  { name: 'proc.table', type: 'string', falcoType: 'CHARBUF', arg: 'none', outputOnly: true },
  { name: 'ka.verb', type: 'string', falcoType: 'CHARBUF', arg: 'none', sources: ['k8s_audit'] },
  {
    name: 'ka.req.pod.volumes.hostpath',
    type: 'string',
    falcoType: 'CHARBUF',
    arg: 'optional',
    isList: true,
    sources: ['k8s_audit'],
  },
];

const byName = new Map(FIELDS.map((field) => [field.name, field]));

export const FIELD_FIXTURE: FieldLookup = {
  find: (name) => byName.get(name),
  names: () => [...byName.keys()],
};

export function load(text: string, options: Partial<LoadOptions> = {}): LoadedRules {
  return loadRules([{ name: 'rules.yaml', text }], { fields: FIELD_FIXTURE, ...options });
}

/** One rule of a condition, with more keys where a test needs them. */
export function ruleOf(condition: string, more: Readonly<Record<string, unknown>> = {}): string {
  const rule = { rule: 'r', desc: 'd', condition, output: 'o', priority: 'INFO', ...more };
  return `- ${JSON.stringify(rule)}\n`;
}

/** `12:5 CODE message`, one a line, as a person would quote it. */
export function said(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(
    ({ line, column, code, message }) => `${line}:${column} ${code} ${message}`,
  );
}
