/**
 * Raw events a second that `midwatch replay` gets through: reading, converting, process table and
 * rules. A capture's events are repeated behind its tables until there are enough of them; Falco's
 * rules and the captures are those beside the checkout.
 */
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { replayCapture } from '#capture/replay-capture.ts';
import { OWN_FIELDS } from '#engine/fields/own-fields.ts';
import { CaptureProcesses } from '#engine/process/capture-processes.ts';
import { compileRules } from '#engine/rules/compile/compile-rules.ts';
import { loadRules } from '#engine/rules/load/load-rules.ts';
import type { Rule } from '#engine/rules/rule.ts';
import { Evaluation } from '#model/evaluation.ts';
import { median } from './statistics.ts';

const FOLDER = '../shared/conformance/falco';
const CAPTURES = {
  host: 'traces/sf-collector/tests/alpine/alpine.scap',
  'httpd, many opens': 'traces/sf-collector/tests/mpm-event/full_capture.scap',
};
const RULES = {
  none: [],
  stable: ['falco-rules-5.1.0.yaml'],
  all: [
    'falco-rules-5.1.0.yaml',
    'falco-incubating-rules-6.0.1.yaml',
    'falco-sandbox-rules-6.1.0.yaml',
  ],
};
const RAW_EVENTS = 1_400_000;
const ROUNDS = 5;

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-bench-'));
  try {
    for (const [name, capture] of Object.entries(CAPTURES)) {
      const path = join(folder, 'repeated.scap');
      repeat(join(FOLDER, capture), path);
      for (const [set, files] of Object.entries(RULES)) {
        const rules = loadFiles(files);
        await measureSet(`${name.padEnd(18)} ${set.padEnd(7)} ${rules.length}`, path, rules);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureSet(name: string, path: string, rules: readonly Rule[]): Promise<void> {
  const speeds: number[] = [];
  let alerts = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const startMs = performance.now();
    const played = await play(path, rules);
    alerts = played.alerts;
    speeds.push(played.events / (performance.now() - startMs) / 1000);
  }
  const [middle, best] = [median(speeds), Math.max(...speeds)];
  const text = `${middle.toFixed(2)} M/s, best ${best.toFixed(2)}`;
  console.log(`${name.padEnd(30)} ${text.padEnd(24)} ${alerts} alerts`);
}

async function play(path: string, rules: readonly Rule[]) {
  const compiled = compileRules(rules);
  const state = new CaptureProcesses();
  let alerts = 0;
  const stream = await replayCapture({
    path,
    ctx: new Evaluation(state),
    state,
    visit: (ctx) => {
      if (compiled.matchFirst(ctx) >= 0) alerts++;
    },
  });
  return { events: stream.reader.events, alerts };
}

function loadFiles(names: readonly string[]): readonly Rule[] {
  const files = names.map((name) => ({
    name,
    text: readFileSync(join(FOLDER, 'rules/falco-default', name), 'utf8'),
  }));
  const { rules } = loadRules(files, { fields: OWN_FIELDS, lints: false });
  return rules.map((rule) => ({ ...rule, enabled: true }));
}

const EVENT_BLOCKS = new Set([0x204, 0x208, 0x216, 0x217, 0x221, 0x222]);

/** Writes the capture with its events as often as it takes. */
function repeat(from: string, to: string): void {
  const packed = readFileSync(from);
  const bytes = packed[0] === 0x1f ? gunzipSync(packed) : packed;
  const head: Buffer[] = [];
  const events: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    const isEvent = EVENT_BLOCKS.has(bytes.readUInt32LE(at));
    (isEvent ? events : head).push(bytes.subarray(at, at + length));
    at += length;
  }
  const file = openSync(to, 'w');
  writeSync(file, Buffer.concat(head));
  const once = Buffer.concat(events);
  for (let count = 0; count < RAW_EVENTS; count += events.length) writeSync(file, once);
  closeSync(file);
}

if (existsSync(FOLDER)) await measure();
else console.log(`skipped: no conformance data at ${FOLDER}`);
