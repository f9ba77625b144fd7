import { assert } from '#lib/assert.ts';

/** The part of JSON Schema 2020-12 that our schemas use. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const KNOWN = new Set([
  '$schema',
  '$id',
  '$ref',
  '$defs',
  'title',
  'description',
  'type',
  'const',
  'enum',
  'pattern',
  'minimum',
  'maxLength',
  'maxItems',
  'items',
  'required',
  'properties',
  'additionalProperties',
]);

/** What of `value` the schema does not allow, one line each; none where it fits. */
export function checkSchema(root: Schema, value: unknown): string[] {
  return check(root, root, { value, path: '$' });
}

interface Part {
  readonly value: unknown;
  readonly path: string;
}

function check(root: Schema, schema: Schema, { value, path }: Part): string[] {
  for (const key of Object.keys(schema))
    assert(KNOWN.has(key), `schema keyword ${key} is not known`);
  if (schema.$ref !== undefined) {
    const target = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    assert(target !== undefined, `${schema.$ref} leads nowhere`);
    return check(root, target, { value, path });
  }
  const wrong: string[] = [];
  const say = (expected: string): number =>
    wrong.push(`${path}: expected ${expected}, found ${JSON.stringify(value)}`);
  if (schema.const !== undefined && value !== schema.const) say(JSON.stringify(schema.const));
  if (schema.enum !== undefined && !schema.enum.includes(value))
    say(`one of ${schema.enum.join(', ')}`);
  if (schema.type !== undefined && !isType(schema.type, value)) say(schema.type);
  if (typeof value === 'string') {
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
      say(schema.pattern);
    if (schema.maxLength !== undefined && value.length > schema.maxLength) say('something shorter');
  }
  if (typeof value === 'number' && schema.minimum !== undefined && value < schema.minimum) {
    say(`at least ${schema.minimum}`);
  }
  if (Array.isArray(value)) wrong.push(...checkItems(root, schema, { value, path }));
  else if (isObject(value)) wrong.push(...checkObject(root, schema, { value, path }));
  return wrong;
}

function checkItems(
  root: Schema,
  schema: Schema,
  { value, path }: Part & { value: unknown[] },
): string[] {
  const { items, maxItems } = schema;
  const wrong =
    items === undefined
      ? []
      : value.flatMap((item, index) =>
          check(root, items, { value: item, path: `${path}[${index}]` }),
        );
  if (maxItems !== undefined && value.length > maxItems)
    wrong.push(`${path}: more than ${maxItems} items`);
  return wrong;
}

function checkObject(
  root: Schema,
  schema: Schema,
  { value, path }: Part & { value: Record<string, unknown> },
): string[] {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const wrong = required
    .filter((key) => !Object.hasOwn(value, key))
    .map((key) => `${path}: ${key} is missing`);
  for (const [key, item] of Object.entries(value)) {
    const own = properties[key];
    const part = { value: item, path: `${path}.${key}` };
    if (own !== undefined) wrong.push(...check(root, own, part));
    else if (additionalProperties === false) wrong.push(`${path}: ${key} is not in the schema`);
    else if (typeof additionalProperties === 'object')
      wrong.push(...check(root, additionalProperties, part));
  }
  return wrong;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isType(type: string, value: unknown): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'object':
      return isObject(value) && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}
