import { expect, test } from 'vitest';
import { eventId } from '#model/event-schema.ts';
import { LOSS_MEMORY_MS } from '#model/limits.ts';
import { LossLedger } from './loss-ledger.ts';

const OPENAT = eventId('syscall_openat_2_x');
const EXECVE = eventId('syscall_execve_19_x');
const counters = (openat: number, execve = 0) =>
  new Map([
    [OPENAT, { dropped: openat }],
    [EXECVE, { dropped: execve }],
  ]);

test('LossLedger tells what is new, by kind', () => {
  const ledger = new LossLedger();
  expect(ledger.update(counters(0), 0)).toBeUndefined();
  expect(ledger.update(counters(5, 1), 1000)).toEqual({ lost: 6, kinds: { openat: 5, execve: 1 } });
  expect(ledger.update(counters(5, 1), 2000)).toBeUndefined();
  expect(ledger.update(counters(7, 1), 3000)).toEqual({ lost: 2, kinds: { openat: 2 } });
  expect(ledger.total).toBe(8);
});

test('LossLedger adds up the last minute and forgets what is older', () => {
  const ledger = new LossLedger();
  ledger.update(counters(5), 0);
  ledger.update(counters(9), 1000);
  expect(ledger.recent(2000)).toEqual({ lost: 9, kinds: { openat: 9 } });
  expect(ledger.recent(LOSS_MEMORY_MS)).toEqual({ lost: 4, kinds: { openat: 4 } });
  expect(ledger.recent(LOSS_MEMORY_MS + 1000)).toBeUndefined();
});

test('LossLedger takes counters that began anew as no loss', () => {
  const ledger = new LossLedger();
  ledger.update(counters(50), 0);
  expect(ledger.update(counters(0), 1000)).toBeUndefined();
  expect(ledger.update(counters(3), 2000)?.lost).toBe(3);
});
