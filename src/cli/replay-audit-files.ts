import { auditEvaluation } from '#engine/fields/audit/audit-evaluation.ts';
import { compileRules } from '#engine/rules/compile/compile-rules.ts';
import type { Rule } from '#engine/rules/rule.ts';
import { AUDIT_FAULTS_TOLD } from '#model/limits.ts';
import type { AlertPrinterOptions } from './alert-printer.ts';
import { AlertPrinter } from './alert-printer.ts';
import { alertVisitor } from './alert-visitor.ts';
import type { AuditReplay } from './replay-audit.ts';
import { replayAudit } from './replay-audit.ts';
import type { ReplayTotals } from './replay-summary.ts';
import { emptyTotals } from './replay-summary.ts';

export interface ReplayAuditFilesOptions extends AlertPrinterOptions {
  /** Files one after another as one stream; `-` is standard input. */
  readonly paths: readonly string[];
  /** Loaded rules; those of other sources are left out. */
  readonly rules: readonly Rule[];
  readonly matching: 'first' | 'all';
  /** Called now and then; true ends the replay. */
  readonly pause?: (path: string, now: AuditReplay) => boolean;
}

/** `midwatch replay --source k8s_audit`: alerts on what the logs hold, and what it came to. */
export async function replayAuditFiles(options: ReplayAuditFilesOptions): Promise<ReplayTotals> {
  const { paths, rules, node, pause } = options;
  const totals = emptyTotals();
  const compiled = compileRules(rules, { source: 'k8s_audit' });
  const printer = new AlertPrinter(rules, options, totals.alertsByRule);
  const visit = alertVisitor(compiled, printer, options.matching);
  const ctx = auditEvaluation(node);
  const startMs = performance.now();
  for (const path of paths) {
    const asked = pause === undefined ? {} : { pause: (now: AuditReplay) => pause(path, now) };
    const replay = await replayAudit({ path, ctx, visit, ...asked });
    totals.files++;
    totals.rawEvents += replay.events;
    totals.evaluated += replay.events;
    totals.warningCount += replay.warningCount;
    const room = AUDIT_FAULTS_TOLD - totals.warnings.length;
    totals.warnings.push(...replay.warnings.slice(0, room));
  }
  totals.elapsedMs = performance.now() - startMs;
  return totals;
}
