import { lostEventsFinding, sensorFinding } from '#engine/finding/sensor-finding.ts';
import { formatDuration } from '#lib/format-duration.ts';
import { UserError } from '#lib/user-error.ts';
import type { SensorStatus } from '#model/wire.ts';
import { Detector } from './detector.ts';
import { bootId } from './host/machine.ts';
import type { SensorFailure } from './kernel/sensor-failure.ts';
import type { FindingOutput } from './output/finding-output.ts';
import { openRecorder } from './recorder/open-recorder.ts';
import type { Recorder } from './recorder/recorder.ts';
import type { RuleSet } from './rule-set.ts';
import { guessEventTypes, loadRuleSet, openRuleSet, readRuleFiles, wantedBy } from './rule-set.ts';
import type { SensorOptions } from './sensor-options.ts';
import { sensorStatus } from './sensor-status.ts';
import { Watch } from './watch.ts';

/** The detector at work: a watched machine, the rules in force, what was found, how it is. */
export class Sensor {
  readonly ok = true;
  readonly watch: Watch;
  readonly detector: Detector;
  readonly output: FindingOutput;
  readonly recorder: Recorder | undefined;
  readonly startedAt = new Date();
  private readonly startedMs = performance.now();
  reloads = 0;
  refused: { at: Date; message: string } | undefined = undefined;
  private readonly options: SensorOptions;

  private constructor(options: SensorOptions, output: FindingOutput, parts: Parts) {
    this.options = options;
    this.output = output;
    this.watch = parts.watch;
    this.detector = parts.detector;
    this.recorder = parts.recorder;
  }

  /** Throws UserError where the rules cannot be loaded. */
  static async open(
    options: SensorOptions,
    output: FindingOutput,
  ): Promise<Sensor | SensorFailure> {
    const files = readRuleFiles(options.rules);
    // The kernel checks its programs while the rules are loaded.
    const openWatch = Watch.begin(guessEventTypes(files));
    const rules = loadRuleSet(files);
    const detector = new Detector(rules, {
      matching: options.matching,
      bootId: bootId(),
      onFinding: (finding) => output.add(finding),
      onRepeat: (finding, timeNs) => output.addLike(finding, timeNs),
      recentDrops: (nowMs) => (opened.ok ? opened.losses.recent(nowMs) : undefined),
    });
    const opened = await openWatch({
      ...wantedBy(rules),
      onEvent: (ctx) => {
        detector.detect(ctx);
        recorder?.record(ctx);
      },
      onContainers: (changes) => detector.replaceContainers(changes),
      onLost: (drops, at) => output.add(lostEventsFinding(drops, at)),
      onTick: () => {
        output.tick();
        recorder?.tick();
      },
    });
    if (!opened.ok) return opened;
    const recorder = openRecorder(opened, options.recordBudgetBytes);
    return new Sensor(options, output, { watch: opened, detector, recorder });
  }

  get rules(): RuleSet {
    return this.detector.rules;
  }

  /** Takes up changed rules; where they are wrong the set in force stays, and that is told. */
  reload(): void {
    try {
      const rules = openRuleSet(this.options.rules);
      const failure = this.watch.update(wantedBy(rules));
      if (failure !== undefined) throw new UserError(failure.message);
      this.detector.rules = rules;
      this.reloads++;
      this.refused = undefined;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.refuse(error.message);
    }
  }

  /** Not from the clock on the wall, which may be set meanwhile. */
  get uptimeMs(): number {
    return performance.now() - this.startedMs;
  }

  status(): SensorStatus {
    return sensorStatus(this);
  }

  /** One line for the end. */
  summary(): string {
    const { found, tiers } = this.output;
    const { losses, ctx } = this.watch;
    const watched = formatDuration(this.uptimeMs);
    const lost = losses.total === 0 ? 'none lost' : `${losses.total} lost`;
    const kinds = `${tiers.page} page, ${tiers.ticket} ticket, ${tiers.log} log`;
    const findings = `${found} found (${kinds})`;
    return `watched for ${watched}: ${ctx.evtNum} events, ${lost}, ${findings}`;
  }

  async close(): Promise<void> {
    this.watch.leave();
    this.detector.close();
    await this.recorder?.close();
  }

  private refuse(message: string): void {
    this.refused = { at: new Date(), message };
    const loadedAt = this.rules.loadedAt.toISOString();
    const finding = sensorFinding({
      ...this.watch.here(),
      rule: 'Midwatch refused changed rules',
      tier: 'ticket',
      priority: 'Error',
      sentence: `${message}; the rules loaded at ${loadedAt} stay in force`,
    });
    this.output.add(finding);
  }
}

interface Parts {
  readonly watch: Watch;
  readonly detector: Detector;
  readonly recorder: Recorder | undefined;
}
