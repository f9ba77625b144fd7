import type { CaseResult, Part } from './part.ts';

interface RunOptions {
  readonly folder: string;
  readonly only: string | undefined;
  readonly write: (line: string) => void;
}

/** Failures shown of one case; a case can stand for a million checks. */
const SHOWN_PER_CASE = 20;

/** Runs the parts one after another, a line each, then what failed; whether nothing did. */
export async function runParts(parts: readonly Part[], options: RunOptions): Promise<boolean> {
  let isRight = true;
  for (const part of parts) isRight = (await runPart(part, options)) && isRight;
  return isRight;
}

async function runPart(part: Part, { folder, only, write }: RunOptions): Promise<boolean> {
  let passed = 0;
  let total = 0;
  const lines: string[] = [];
  const skipped = new Map<string, number>();
  for await (const result of part.run(folder, only)) {
    if (result.skipped !== undefined) {
      skipped.set(result.skipped, (skipped.get(result.skipped) ?? 0) + 1);
      continue;
    }
    const checks = result.checks ?? 1;
    const failed = Math.min(checks, result.failed ?? result.failures.length);
    total += checks;
    passed += checks - failed;
    lines.push(...failureLines(result));
  }
  write(`${part.name} ${passed}/${total}`);
  for (const [reason, count] of skipped) write(`  skipped ${count}: ${reason}`);
  for (const line of lines) write(line);
  return passed === total;
}

function failureLines({ name, failures }: CaseResult): readonly string[] {
  if (failures.length === 0) return [];
  const shown = failures.slice(0, SHOWN_PER_CASE).map((failure) => `    ${failure}`);
  const more = failures.length - shown.length;
  return [`  failed: ${name}`, ...shown, ...(more > 0 ? [`    and ${more} more`] : [])];
}
