/**
 * Long fuzzing: `node test/fuzz/main.ts TARGET COUNT [SEED]`. A failing input prints its seed; the
 * same target with that seed and a count of 1 has it again.
 */
import { formatDuration } from '#lib/format-duration.ts';
import { fuzzAuditOnce } from './audit.ts';
import { fuzzCaptureOnce } from './capture.ts';
import { fuzzCaptureStateOnce } from './capture-state.ts';
import { fuzzConditionOnce } from './condition.ts';
import { fuzzEngineOnce } from './engine.ts';
import { fuzzOutputOnce } from './output.ts';
import { fuzzRingOnce } from './ring.ts';
import { fuzzRuleFileOnce } from './rule-file.ts';

const TARGETS: Readonly<Record<string, (seed: number) => unknown>> = {
  audit: fuzzAuditOnce,
  capture: fuzzCaptureOnce,
  'capture-state': fuzzCaptureStateOnce,
  condition: fuzzConditionOnce,
  engine: fuzzEngineOnce,
  output: fuzzOutputOnce,
  ring: fuzzRingOnce,
  'rule-file': fuzzRuleFileOnce,
};

const [name = '', count = '1000000', first = '1'] = process.argv.slice(2);
const target = TARGETS[name];
if (target === undefined) {
  process.stderr.write(`Unknown target "${name}": expected ${Object.keys(TARGETS).join(', ')}\n`);
  process.exit(2);
}
// Thousands of inputs a second end in an error, and a stack costs more than what led to it.
Error.stackTraceLimit = 0;
const startMs = performance.now();
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  try {
    await target(seed);
  } catch (error) {
    Error.stackTraceLimit = 10;
    process.stderr.write(`seed ${seed} fails: run it again with a count of 1\n`);
    throw error;
  }
}
process.stdout.write(
  `${name}: ${count} inputs in ${formatDuration(performance.now() - startMs)}\n`,
);
