import type { FixtureEvent } from '#engine/fields/event-fixture.ts';
import { Fixture } from '#engine/fields/event-fixture.ts';
import type { Evaluation } from '#model/evaluation.ts';
import type { FdInfo } from '#model/file-descriptor.ts';
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
  multivalue_transformer_join: file('/tmp/file_to_run'),
  multivalue_transformer_concat: file('/tmp/file_to_run'),
  multivalue_transformer_with_outer_transformer: file('/tmp/file_to_run'),
  EVT_FILTER_data_buffer_str: read('gigi'),
  PROC_FILTER_aname: { event: { ...getcwd.event, tid: 5 } },
  signed_int_compare: failedRead,
};

const PROCESSES = [
  { pid: 1, comm: 'myexe', exe: 'myexe', exePath: '/bin/myexe' },
  { pid: 2, comm: 'init' },
  { pid: 3, parent: 2, comm: 'good-exe' },
  { pid: 4, parent: 3, comm: 'bash' },
  { pid: 5, parent: 4, comm: 'sh' },
];

/** What a filter of a test is evaluated on; undefined where that is not known. */
export function filterScene(test: string, filter: string): Evaluation | undefined {
  if (filter.includes('sample.')) return undefined;
  const scene = SCENES[test] ?? (test.startsWith('FILTERCHECK_MOD_') ? getcwd : undefined);
  return scene && new Fixture(PROCESSES).show(scene.event, scene.fd);
}
