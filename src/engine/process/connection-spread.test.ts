import { describe, expect, test } from 'vitest';
import { Fixture } from '#engine/fields/event-fixture.ts';
import { holds } from '#engine/rules/compile/condition-fixture.ts';
import type { Container } from '#model/container.ts';
import { HOST } from '#model/container.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { SPREAD_ACTORS_MAX, SPREAD_TARGETS_MAX, SPREAD_WINDOW_NS } from '#model/limits.ts';

const TCP = 1;
const UDP = 2;
const WEB: Container = { ...HOST, id: 'web' };

/** A host with a service, and a container whose server has a shell that runs a program. */
const machine = () =>
  new Fixture([
    { pid: 1, comm: 'systemd' },
    { pid: 2, parent: 1, comm: 'sshd' },
    { pid: 3, parent: 2, comm: 'bash' },
    { pid: 4, parent: 1, comm: 'cron' },
    { pid: 10, parent: 1, comm: 'server', container: WEB, isContainerInit: true },
    { pid: 11, parent: 10, comm: 'sh', container: WEB },
    { pid: 12, parent: 11, comm: 'nc', container: WEB },
    { pid: 13, parent: 11, comm: 'nc', container: WEB },
    { pid: 14, parent: 10, comm: 'worker', container: WEB },
    { pid: 20, parent: 1, comm: 'exec', container: WEB },
  ]);

interface Try {
  readonly tid: number;
  readonly address?: string;
  readonly port?: number;
  readonly atNs?: number;
  readonly l4proto?: number;
}

function connect(fixture: Fixture, at: Try): string {
  const { tid, address = '\x0a\0\0\x09', port = 80, atNs = 1, l4proto = TCP } = at;
  const ctx = fixture.show(
    { type: 'socket_connect_x', tid, timeNs: BigInt(atNs), params: { res: -111 } },
    { fd: 3, type: FD_TYPES.ipv4, destinationIp: address, destinationPort: port, l4proto },
  );
  fixture.table.spread.note(ctx);
  return `${ctx.state.spread.ports} ports, ${ctx.state.spread.hosts} hosts`;
}

describe('connections spread', () => {
  test('over the ports of one address and the addresses at one port, each counted once', () => {
    const fixture = machine();
    const at = (address: string, port: number) => connect(fixture, { tid: 14, address, port });
    expect(at('\x0a\0\0\x01', 22)).toBe('1 ports, 1 hosts');
    expect(at('\x0a\0\0\x01', 23)).toBe('2 ports, 1 hosts');
    expect(at('\x0a\0\0\x02', 22)).toBe('1 ports, 2 hosts');
    expect(at('\x0a\0\0\x01', 23)).toBe('2 ports, 1 hosts');
    expect(at('\x0a\0\0\x01', 24)).toBe('3 ports, 1 hosts');
  });

  test.each([
    ['children of one shell', [12, 13, 11], 3],
    ['all in a container, also what was started from outside', [10, 11, 14, 20], 4],
    ['a service of the host and what it started', [2, 3], 2],
    ['two services of the host', [2, 4], 1],
    ['the host and a container', [3, 12], 1],
  ])('by actor: %s', (_, tids, ports) => {
    const fixture = machine();
    const counts = tids.map((tid, i) => connect(fixture, { tid, port: 1 + i }));
    expect(counts.at(-1)).toBe(`${ports} ports, 1 hosts`);
  });

  test('within a minute of the events, which begins with the first try', () => {
    const fixture = machine();
    const at = (atNs: number, port: number) => connect(fixture, { tid: 12, port, atNs });
    at(5, 1);
    expect(at(SPREAD_WINDOW_NS + 4, 2)).toBe('2 ports, 1 hosts');
    expect(at(SPREAD_WINDOW_NS + 5, 3)).toBe('1 ports, 1 hosts');
    // A clock that goes back begins anew, too.
    expect(at(7, 4)).toBe('1 ports, 1 hosts');
  });

  test.each<[string, Try]>([
    ['datagrams', { tid: 12, l4proto: UDP }],
    ['no address', { tid: 12, address: '' }],
    ['no port', { tid: 12, port: 0 }],
    ['no process', { tid: 99 }],
  ])('not: %s', (_, at) => expect(connect(machine(), at)).toBe('0 ports, 0 hosts'));

  test('and are counted up to a bound, as the rest is', () => {
    const fixture = machine();
    const targets = SPREAD_TARGETS_MAX + 5;
    for (let port = 1; port <= targets; port++) connect(fixture, { tid: 12, port });
    expect(fixture.table.spread.ports).toBe(SPREAD_TARGETS_MAX);
    expect(fixture.table.spread.uncounted).toBe(5);
  });

  test('of a bounded number of actors', () => {
    const processes = Array.from({ length: SPREAD_ACTORS_MAX + 3 }, (_, i) => ({ pid: 2 + i }));
    const fixture = new Fixture(processes);
    for (const { pid } of processes) connect(fixture, { tid: pid });
    expect(fixture.table.spread.forgotten).toBe(3);
  });
});

describe('conditions', () => {
  test('read the counts of a connect, and nothing of other events', () => {
    const fixture = machine();
    connect(fixture, { tid: 12, port: 1 });
    connect(fixture, { tid: 13, port: 2 });
    expect(holds('connect.ports = 2 and connect.hosts = 1', fixture.ctx)).toBe(true);
    const other = fixture.show({ type: 'syscall_close_x', tid: 12 });
    expect(holds('connect.ports exists', other)).toBe(false);
  });
});
