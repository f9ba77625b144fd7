import type { CompiledRules } from '#engine/rules/compile/compile-rules.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { AlertPrinter } from './alert-printer.ts';

/** Asks the rules about each event, and prints those that match. */
export function alertVisitor(
  compiled: CompiledRules,
  printer: AlertPrinter,
  matching: 'first' | 'all',
): (ctx: Evaluation) => void {
  if (matching === 'first') {
    return (ctx) => {
      const index = compiled.matchFirst(ctx);
      if (index >= 0) printer.alert(ctx, index);
    };
  }
  const indices: number[] = [];
  return (ctx) => {
    indices.length = 0;
    compiled.matchAll(ctx, indices);
    for (const index of indices) printer.alert(ctx, index);
  };
}
