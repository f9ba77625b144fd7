import { drawFinding, drawUpdate } from '#engine/finding/draw-finding.ts';
import { falcoJson } from '#engine/finding/falco-json.ts';
import { FindingFold } from '#engine/finding/fold.ts';
import { isoTime } from '#engine/finding/iso-time.ts';
import { stringifyLine } from '#lib/stringify-line.ts';
import type { Terminal } from '#lib/terminal.ts';
import type { Finding } from '#model/finding.ts';
import type { Tier } from '#model/severity.ts';
import type { OutputStatus } from '#model/wire.ts';
import type { OutputForm } from '#sensor/sensor-options.ts';
import type { LineWriter } from './line-writer.ts';
import type { Poster } from './poster.ts';

export interface FindingOutputOptions {
  readonly form: OutputForm;
  readonly terminal: Terminal;
  readonly writer: LineWriter;
  readonly poster: Poster | undefined;
}

/** Takes findings, folds those that say the same, and hands them on in the form asked for. */
export class FindingOutput {
  found = 0;
  told = 0;
  folded = 0;
  readonly tiers: Record<Tier, number> = { page: 0, ticket: 0, log: 0 };
  private readonly options: FindingOutputOptions;
  private readonly fold = new FindingFold();

  constructor(options: FindingOutputOptions) {
    this.options = options;
  }

  add(finding: Finding): void {
    this.found++;
    this.tiers[finding.tier]++;
    if (this.options.form === 'falco') {
      this.tell(falcoJson(finding));
    } else if (this.fold.add(finding, performance.now())) {
      this.tell(this.print(finding, drawFinding), finding);
    } else {
      this.folded++;
    }
  }

  /** Counts one more like a finding that was added; false where it has to be made and added. */
  addLike(finding: Finding, timeNs: bigint): boolean {
    if (this.options.form === 'falco') return false;
    if (!this.fold.addLike(finding, isoTime(timeNs), performance.now())) return false;
    this.found++;
    this.tiers[finding.tier]++;
    this.folded++;
    return true;
  }

  /** Once a second: tells the counts that have grown. */
  tick(): void {
    if (this.fold.size === 0) return;
    for (const update of this.fold.due(performance.now())) this.update(update);
  }

  /** Tells all counts, and lets everything out that can still get out. */
  async close(): Promise<void> {
    for (const update of this.fold.flush()) this.update(update);
    await Promise.all([this.options.writer.flush(), this.options.poster?.close()]);
  }

  status(): OutputStatus[] {
    const { writer, poster } = this.options;
    const stdout = { name: 'stdout', sent: this.told, waiting: 0, dropped: writer.dropped };
    if (poster === undefined) return [stdout];
    const { sent, waiting, dropped, refused } = poster;
    return [stdout, { name: 'post', sent, waiting, dropped: dropped + refused }];
  }

  private update(finding: Finding): void {
    this.tell(this.print(finding, drawUpdate), finding);
  }

  private print(finding: Finding, draw: typeof drawFinding): string {
    const { form, terminal } = this.options;
    return form === 'text' ? draw(finding, terminal) : stringifyLine(finding);
  }

  /** `posted`: what a receiver gets where people read text. */
  private tell(text: string, posted?: Finding): void {
    const { form, writer, poster } = this.options;
    this.told++;
    writer.write(text);
    if (poster === undefined) return;
    poster.post(form === 'text' && posted !== undefined ? stringifyLine(posted) : text);
  }
}
