import type { Check, Expr, FieldRef, Operand, Right, TransformArg } from '#engine/rules/ast.ts';
import { escapeText } from './escape-text.ts';

/** The canonical text of a condition: the form in which Falco prints a compiled one. */
export function printCondition(expr: Expr): string {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return `(${expr.children.map(printCondition).join(` ${expr.kind} `)})`;
    case 'not':
      return `not ${printCondition(expr.child)}`;
    case 'macro':
      return expr.name;
    case 'check':
      return printCheck(expr);
  }
}

function printCheck(check: Check): string {
  const operator = check.doubled ? '==' : check.operator;
  return [printOperand(check.left), operator, check.modifier, printRight(check.right)]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** The left side; the right side writes a bare field as `val(field)`. */
export function printOperand(operand: Operand): string {
  if (operand.kind === 'field') return printField(operand);
  const args = operand.args.map(printArgument).join(', ');
  const option = operand.option === undefined ? '' : `[${escapeText(operand.option)}]`;
  return `${operand.name}(${args})${option}`;
}

export function printField({ name, arg }: FieldRef): string {
  return arg === undefined || arg === '' ? name : `${name}[${escapeText(arg)}]`;
}

function printRight(right: Right): string | undefined {
  switch (right.kind) {
    case 'none':
      return undefined;
    case 'value':
      return escapeText(right.value);
    case 'list':
      if (right.bare) return right.values.join();
      return `(${right.values.map(escapeText).join(', ')})`;
    case 'operand':
      return right.operand.kind === 'field'
        ? `val(${printField(right.operand)})`
        : printOperand(right.operand);
  }
}

function printArgument(argument: TransformArg): string {
  switch (argument.kind) {
    case 'text':
      return escapeText(argument.value);
    case 'number':
      return argument.value;
    case 'list':
      return `(${argument.items.map(printArgument).join(', ')})`;
    default:
      return printOperand(argument);
  }
}
