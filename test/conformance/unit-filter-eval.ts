import { CheckBinder } from '#engine/rules/compile/bind-expr.ts';
import { CompileError } from '#engine/rules/compile/compile-error.ts';
import { CompiledRules } from '#engine/rules/compile/compile-rules.ts';
import { interpret } from '#engine/rules/compile/interpret.ts';
import { ConditionError } from '#engine/rules/language/condition-error.ts';
import { parseCondition } from '#engine/rules/language/parse-condition.ts';
import type { Evaluation } from '#model/evaluation.ts';
import { asRecords, readJson, textOf } from './corpus.ts';
import { filterScene } from './filter-scenes.ts';
import type { CaseResult, Part } from './part.ts';
import { absent, difference, isChosen } from './part-case.ts';

const FILE = 'unit/filter-eval.json';

/** What conditions come to on the events of upstream's tests. */
export const unitFilterEval: Part = {
  name: 'unit-filter-eval',
  async *run(folder: string, only: string | undefined): AsyncIterable<CaseResult> {
    const corpus = readJson(folder, FILE);
    if (corpus === undefined) return void (yield absent(FILE));
    for (const { test, filter, expect } of asRecords(corpus['cases'])) {
      const [group, text] = [textOf(test), textOf(filter)];
      const name = `${group} ${text}`;
      if (!isChosen(name, only)) continue;
      const scene = filterScene(group, text);
      if (scene === undefined) {
        yield { name, failures: [], skipped: 'what it is evaluated on is not in the data' };
        continue;
      }
      yield { name, failures: difference('result', expect, evaluate(text, scene)) };
    }
  },
};

/** The generated code's answer, where the interpreter gives the same. */
function evaluate(filter: string, ctx: Evaluation): boolean | string {
  try {
    const condition = new CheckBinder().bind(parseCondition(filter));
    const holds = interpret(condition, ctx);
    const found = new CompiledRules([condition]).matchFirst(ctx) === 0;
    return found === holds ? found : `${found} compiled, ${holds} interpreted`;
  } catch (error) {
    if (error instanceof CompileError || error instanceof ConditionError) return 'throws';
    throw error;
  }
}
