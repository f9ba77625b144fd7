import { describe } from './describe.ts';
import { oracleAllEvents } from './oracle-all-events.ts';
import { oracleAudit, suiteAudit } from './oracle-audit.ts';
import { oracleDefaultRules } from './oracle-default-rules.ts';
import { oracleProbes } from './oracle-probes.ts';
import type { Part } from './part.ts';
import { probesLoad } from './probes-load.ts';
import { suiteAlerts } from './suite-alerts.ts';
import { suiteLoad } from './suite-load.ts';
import { unitCompiler } from './unit-compiler.ts';
import { unitEngine } from './unit-engine.ts';
import { unitEventSets } from './unit-event-sets.ts';
import { unitFilterEval } from './unit-filter-eval.ts';
import { unitParser } from './unit-parser.ts';

/** Every part of the conformance run, in the order of its report. Add yours here. */
export const PARTS: readonly Part[] = [
  unitParser,
  unitCompiler,
  unitEventSets,
  unitEngine,
  unitFilterEval,
  probesLoad,
  describe,
  suiteLoad,
  oracleAudit,
  suiteAudit,
  oracleAllEvents,
  oracleDefaultRules,
  oracleProbes,
  suiteAlerts,
];
