import type { FixtureEvent } from '#engine/fields/event-fixture.ts';
import { Fixture } from '#engine/fields/event-fixture.ts';
import { FdRecord } from '#engine/process/fd-record.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { FdInfo, FdType } from '#model/file-descriptor.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';

/** The events that upstream's tests of conditions build in code, told again. */
interface Scene {
  readonly event: FixtureEvent;
  readonly fd?: Partial<FdInfo>;
}

const getcwd: Scene = {
  event: { type: 'syscall_getcwd_x', params: { res: 83, path: '/test/dir' } },
};

const file = (name: string): Scene => ({
  event: {
    type: 'syscall_open_x',
    params: { fd: 3, name, flags: 0b1_0000_0111, mode: 0, dev: 5, ino: 123 },
  },
  fd: { fd: 3, type: FD_TYPES.fileV2, name, nameRaw: name },
});

const read = (data: string): Scene => ({
  event: { type: 'syscall_read_x', params: { res: data.length, data, fd: 4, size: 20 } },
});

const connection = (type: 'ipv4' | 'ipv6', client: string, server: string): Scene => ({
  event: { type: 'socket_connect_x', params: { res: 0, fd: 3 } },
  fd: {
    fd: 3,
    type: FD_TYPES[type],
    sourceIp: client,
    sourcePort: 54321,
    destinationIp: server,
    destinationPort: 443,
    l4proto: 1,
    isServer: false,
  },
});

const hex = (digits: string): string => Buffer.from(digits, 'hex').toString('latin1');
const ipv4 = connection('ipv4', hex('ac286fde'), hex('8efb6f93'));
const ipv6 = connection(
  'ipv6',
  hex('00000000000000000000000000000001'),
  hex('20014860486000000000000000008888'),
);

const failedRead: Scene = {
  event: { type: 'syscall_read_x', params: { res: -2, fd: -1, size: 20 } },
  fd: { fd: -1, type: FD_TYPES.unknown },
};

/** By the name of the test; what is not here is evaluated on what the data does not tell. */
const SCENES: Readonly<Record<string, Scene>> = {
  filter_simple_evaluation: getcwd,
  filter_val_transformer: getcwd,
  filter_transformers_combination: getcwd,
  filter_cache_enabled: getcwd,
  filter_cache_disabled: getcwd,
  filter_different_types: getcwd,
  filter_not_supported_rhs_field: getcwd,
  filter_not_supported_transformers: getcwd,
  filter_transformers_wrong_input_type: getcwd,
  filter_cache_corner_cases: getcwd,
  filter_cache_pointer_instability: {
    event: { type: 'procexit_1_e', params: { status: 0, ret: 1, sig: 2, core: 3, reaper_tid: 5 } },
  },
  filter_regex_operator_evaluation: getcwd,
  filter_str_op_modifier_evaluation: getcwd,
  bcontains_bstartswith: read('hello world'),
  contains_icontains: file('/opt/dir/SUBDIR/file.txt'),
  net_ipv4_compare: ipv4,
  net_modifier_ip_compare: ipv4,
  net_ipv6_compare: ipv6,
  pmatch: file('/opt/dir/subdir/file.txt'),
  basename_transformer: file('/tmp/file_to_run'),
  multivalue_transformer_join: file('/tmp/file_to_run'),
  multivalue_transformer_concat: file('/tmp/file_to_run'),
  multivalue_transformer_with_outer_transformer: file('/tmp/file_to_run'),
  EVT_FILTER_data_buffer_str: read('gigi'),
  PROC_FILTER_aname: { event: { ...getcwd.event, tid: 5 } },
  signed_int_compare: failedRead,
};

/** Of tests that go on to further events: by a part of the filter. */
const LATER: Readonly<Record<string, readonly (readonly [string, Scene])[]>> = {
  len_transformer: [
    ['fd.types) = 2', file('/tmp/file_to_run')],
    ['fd.', file('/tmp/file_to_run')],
    ['evt.arg.data', read('\x01\x02\x03\x04\x05\x06')],
  ],
  EVT_FILTER_rawarg_madness: [
    ['size < -20', { event: { type: 'syscall_epoll_create_e', params: { size: -22 } } }],
    ['flags < 515', { event: { type: 'syscall_signalfd4_x', params: { res: -1, flags: 512 } } }],
    ['flags <= 255', { event: { type: 'syscall_timerfd_create_e', params: { flags: 255 } } }],
    ['size < 515', { event: { type: 'syscall_splice_e', params: { size: 512 } } }],
  ],
};

const fdOf = (fd: number, type: FdType) => [fd, new FdRecord(fd, type)] as const;
const FILE_AND_SOCKET = [fdOf(3, FD_TYPES.fileV2), fdOf(9, FD_TYPES.ipv4)];

const PROCESSES = [
  { pid: 1, comm: 'myexe', exe: 'myexe', exePath: '/bin/myexe' },
  { pid: 2, comm: 'init' },
  { pid: 3, parent: 2, comm: 'bash' },
  { pid: 4, parent: 3, comm: 'bash' },
  { pid: 5, parent: 4, comm: 'good-exe' },
];

/** What a filter of a test is evaluated on; undefined where that is not known. */
export function filterScene(test: string, filter: string): Evaluation | undefined {
  if (filter.includes('sample.')) return undefined;
  const later = LATER[test]?.find(([part]) => filter.includes(part))?.[1];
  const first = SCENES[test] ?? (test.startsWith('FILTERCHECK_MOD_') ? getcwd : undefined);
  const scene = later ?? first;
  if (scene === undefined) return undefined;
  const fds = new Map(filter.endsWith('= 2') ? FILE_AND_SOCKET : FILE_AND_SOCKET.slice(0, 1));
  const processes = test === 'len_transformer' ? [{ pid: 1, comm: 'myexe', fds }] : PROCESSES;
  return new Fixture(processes).show(scene.event, scene.fd);
}
