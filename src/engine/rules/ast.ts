/** The rule language's syntax tree. Positions are offsets into the condition's text. */
export const OPERATORS = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'contains',
  'icontains',
  'bcontains',
  'startswith',
  'bstartswith',
  'endswith',
  'glob',
  'iglob',
  'regex',
  'in',
  'intersects',
  'pmatch',
  'exists',
] as const;
/** `==` is read as `=`. */
export type Operator = (typeof OPERATORS)[number];

export const MODIFIERS = ['oneof', 'anyof', 'allof'] as const;
export type Modifier = (typeof MODIFIERS)[number];

export const TRANSFORMERS = [
  'tolower',
  'toupper',
  'b64',
  'basename',
  'len',
  'join',
  'concat',
  'getopt',
] as const;
export type Transformer = (typeof TRANSFORMERS)[number];

export interface FieldRef {
  readonly kind: 'field';
  readonly name: string;
  /** Text between the brackets, without quotes. */
  readonly arg?: string;
  readonly position: number;
}

export interface TransformRef {
  readonly kind: 'transform';
  readonly name: Transformer;
  readonly args: readonly TransformArg[];
  /** `getopt(…)[c]` */
  readonly option?: string;
  readonly position: number;
}

export type TransformArg =
  | FieldRef
  | TransformRef
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly TransformArg[] };

export type Operand = FieldRef | TransformRef;

/** Values are byte strings as in the file, unescaped; the compiler parses numbers. */
export type Right =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: string }
  /** `bare`: written as one name without parentheses; it means the same. */
  | { readonly kind: 'list'; readonly values: readonly string[]; readonly bare?: true }
  | { readonly kind: 'operand'; readonly operand: Operand };

export interface Check {
  readonly kind: 'check';
  readonly left: Operand;
  readonly operator: Operator;
  readonly modifier?: Modifier;
  readonly right: Right;
  readonly position: number;
  /** Set where the file says `==`, so that the canonical text can say it too. */
  readonly doubled?: true;
}

export type Expr =
  | { readonly kind: 'and'; readonly children: readonly Expr[] }
  | { readonly kind: 'or'; readonly children: readonly Expr[] }
  | { readonly kind: 'not'; readonly child: Expr }
  | { readonly kind: 'macro'; readonly name: string; readonly position: number }
  | Check;
