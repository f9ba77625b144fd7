import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Evaluation } from '#model/evaluation.ts';
import { eventId } from '#model/event-schema.ts';
import type { Thread } from '#model/process.ts';
import { openRuleSet, wantedBy } from '#sensor/rule-set.ts';
import { Watch } from '#sensor/watch.ts';

/**
 * The kernel drops what no rule can use; that must never change an alert. Two watches at once, one
 * with the filter and one without, see the same acts: paths asked for in every way that the filter
 * can decide (whole, prefix, directory, name; read, write, failed) and in ways that try to get past
 * it (relative, links, renamed and mounted directories, openat2, odd bytes, deep paths).
 */
const act = promisify(execFile);
const RULES = join(import.meta.dirname, '../../content/rules');
const SETTLE_MS = 1500;
const ROUNDS = 20;

const OWN_RULES = `
- macro: opens
  condition: evt.type in (open, openat, openat2, creat, open_by_handle_at)
- rule: Whole path
  desc: the filter's test of a whole path
  condition: opens and fd.name = /etc/midwatch-filter/whole
  output: "%evt.type %fd.name"
  priority: NOTICE
- rule: Beginning
  desc: a prefix that ends within a name
  condition: opens and fd.name startswith /etc/midwatch-filter/be
  output: "%evt.type %fd.name"
  priority: NOTICE
- rule: Name
  desc: a file's own name
  condition: opens and evt.is_open_read = true and fd.filename in (needle, "nee dle", midwatch-link)
  output: "%evt.type %fd.name"
  priority: NOTICE
- rule: Directory
  desc: a directory and everything in it
  condition: opens and fd.directory in (/etc/midwatch-filter/dir, /tmp/midwatch-filter-moved)
  output: "%evt.type %fd.name"
  priority: NOTICE
- rule: Component
  desc: a name somewhere in the path
  condition: opens and evt.is_open_write = true and fd.name contains /midwatch-middle/
  output: "%evt.type %fd.name"
  priority: NOTICE
- rule: Failed
  desc: what could not be opened
  condition: opens and evt.failed = true and fd.name startswith /etc/midwatch-filter/
  output: "%evt.type %fd.name"
  priority: NOTICE
- rule: Question
  desc: a message to a name server, which the kernel knows by its port
  condition: evt.type in (sendto, sendmsg, sendmmsg) and dns.question.name endswith .midwatch.test
  output: "%evt.type %dns.question.name"
  priority: NOTICE
- rule: Not elsewhere
  desc: a negation, which the filter may not use
  condition: >
    opens and not fd.name startswith /etc/midwatch-filter and fd.name contains midwatch-other
  output: "%evt.type %fd.name"
  priority: NOTICE
`;

/** A question to port 53, of a socket that is connected and of one that is not, and to another. */
const QUESTIONS = `
const { createSocket } = require('node:dgram');
const label = (text) => Buffer.concat([Buffer.of(text.length), Buffer.from(text)]);
const head = Buffer.from('123401000001000000000000', 'hex');
const name = Buffer.concat([...['a', 'midwatch', 'test'].map(label), Buffer.of(0)]);
const question = Buffer.concat([head, name, Buffer.from('00010001', 'hex')]);
for (const address of ['127.0.0.1', '::1']) {
  const loose = createSocket(address === '::1' ? 'udp6' : 'udp4').unref();
  for (const port of [53, 5300, 53]) loose.send(question, port, address);
  const tied = createSocket(address === '::1' ? 'udp6' : 'udp4').unref();
  tied.connect(53, address, () => tied.send(question));
}
setTimeout(() => process.exit(), 100);
`;

const ACTS = `
set -u
"$NODE" -e "$QUESTIONS"
D=/etc/midwatch-filter; M=/tmp/midwatch-filter-moved
mkdir -p $D/dir/midwatch-middle/x $D/deep /tmp/midwatch-other "$M"
read_() { cat -- "$@" >/dev/null 2>&1; }
echo 1 >$D/whole; read_ $D/whole; (cd $D; read_ whole ./whole ../midwatch-filter/whole dir/../whole)
echo 1 >$D/beginning; read_ $D/beginning; echo 1 >$D/b; read_ $D/b
echo 1 >$D/deep/needle; read_ $D/deep/needle; (cd $D/deep; read_ needle)
echo 1 >"$D/deep/nee dle"; read_ "$D/deep/nee dle"
ln -sf $D/whole /tmp/midwatch-other/link; read_ /tmp/midwatch-other/link
ln -sf $D/deep/needle $D/deep/alias; read_ $D/deep/alias
ln -f $D/whole $D/dir/hard; read_ $D/dir/hard
echo 1 >$D/dir/midwatch-middle/x/file; read_ $D/dir/midwatch-middle/x/file
mv $D/dir/midwatch-middle /tmp/midwatch-other/; echo 2 >/tmp/midwatch-other/midwatch-middle/x/file
mv /tmp/midwatch-other/midwatch-middle $D/dir/
echo 1 >$M/file; read_ $M/file
mv $M /tmp/midwatch-filter-away; read_ /tmp/midwatch-filter-away/file
mv /tmp/midwatch-filter-away $M; read_ $M/file
read_ $D/absent $D/dir/absent /nowhere/needle; : <$D/absent
P=$D/deep; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do P=$P/component-$i; done
mkdir -p $P; echo 1 >$P/needle; read_ $P/needle
N=$(printf '\\377\\001odd'); echo 1 >"$D/dir/$N"; read_ "$D/dir/$N"
unshare -m sh -c "mount --bind $D/deep /mnt && cat /mnt/needle && mount -t tmpfs none /mnt &&
  mkdir /mnt/midwatch-middle && echo 1 >/mnt/midwatch-middle/f" >/dev/null
unshare -m chroot / sh -c "cat $D/whole" >/dev/null
read_ /etc/shadow /etc/passwd /root/.ssh/id_rsa /proc/1/environ /root/.bash_history
rm -rf $D /tmp/midwatch-other "$M"
`;

/** Whether this test started it: the machine has other work. */
function isOurs(thread: Thread | undefined): boolean {
  for (let at = thread; at !== undefined; at = at.forkedBy) if (at.pid === process.pid) return true;
  return false;
}

class Recorder {
  readonly alerts: string[] = [];
  private readonly rules: ReturnType<typeof openRuleSet>;
  private readonly matches: number[] = [];

  constructor(rules: ReturnType<typeof openRuleSet>) {
    this.rules = rules;
  }

  note(ctx: Evaluation): void {
    if (!isOurs(ctx.thread)) return;
    this.rules.compiled.matchAll(ctx, this.matches);
    for (const index of this.matches.splice(0)) {
      const rule = this.rules.rules[index]?.name;
      this.alerts.push(`${ctx.evt.tid} ${rule}: ${ctx.evt.type} ${ctx.fd?.name}`);
    }
  }
}

let dir: string;
let filtered: Watch;
let unfiltered: Watch;
let withFilter: Recorder;
let withoutFilter: Recorder;

function watch(recorder: Recorder, wanted: Pick<ReturnType<typeof wantedBy>, 'eventTypes'>): Watch {
  const opened = Watch.open({
    ...wanted,
    onEvent: (ctx) => recorder.note(ctx),
    onLost: () => recorder.alerts.push('lost'),
  });
  if (!opened.ok) throw new Error(opened.message);
  return opened;
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'midwatch-filter-rules-'));
  writeFileSync(join(dir, 'own.yaml'), OWN_RULES);
  const rules = openRuleSet([RULES, dir]);
  withFilter = new Recorder(rules);
  withoutFilter = new Recorder(rules);
  const wanted = wantedBy(rules);
  filtered = watch(withFilter, wanted);
  unfiltered = watch(withoutFilter, { eventTypes: wanted.eventTypes });
});

afterAll(() => {
  filtered?.close();
  unfiltered?.close();
  rmSync(dir, { recursive: true });
});

const SENDS = ['socket_sendto_x', 'socket_sendmsg_x', 'socket_sendmmsg_x'].map(eventId);

const count = (alerts: readonly string[], rule: string) =>
  alerts.filter((alert) => alert.includes(` ${rule}: `)).length;

test('the kernel filter changes no alert, and does drop', { timeout: 120_000 }, async () => {
  const env = { ...process.env, NODE: process.execPath, QUESTIONS };
  for (let round = 0; round < ROUNDS; round++) {
    // Not in step with the event loop: both watches read meanwhile.
    await act('bash', ['-c', ACTS], { env }).catch(() => undefined);
    await sleep(50);
  }
  await sleep(SETTLE_MS);
  for (const watch of [filtered, unfiltered]) watch.count();
  expect(filtered.losses.total + unfiltered.losses.total, 'events lost').toBe(0);
  const rules = ['Whole path', 'Beginning', 'Name', 'Directory', 'Component', 'Failed', 'Question'];
  for (const rule of rules) {
    expect(count(withoutFilter.alerts, rule), rule).toBeGreaterThanOrEqual(ROUNDS);
  }
  expect(withFilter.alerts.toSorted()).toEqual(withoutFilter.alerts.toSorted());
  const dropped = [...filtered.counters.values()].reduce((sum, { filtered: n }) => sum + n, 0);
  expect(dropped).toBeGreaterThan(ROUNDS * 20);
  const sent = SENDS.map((type) => filtered.counters.get(type)?.filtered ?? 0);
  expect(Math.max(...sent), 'messages dropped').toBeGreaterThanOrEqual(ROUNDS);
});
