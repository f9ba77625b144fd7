import { describe, expect, test } from 'vitest';
import { Fixture } from '#engine/fields/event-fixture.ts';
import { FD_TYPES } from '#model/file-descriptor.ts';
import { CompileError } from './compile-error.ts';
import { bound, holds } from './condition-fixture.ts';

const PROCESSES = [
  { pid: 1, comm: 'systemd', exe: '/sbin/init', args: ['--system'] },
  { pid: 2, parent: 1, comm: 'bash', exe: 'bash', args: ['-c', 'ls'], uid: 1000 },
  { pid: 3, parent: 2, comm: 'cat', exe: 'cat', args: ['--system'] },
];

const fixture = new Fixture(PROCESSES, { 1000: 'ann' });

function open(name: string, flags = 1, tid = 2) {
  return fixture.show(
    { type: 'syscall_openat_2_x', tid, params: { fd: 3, name, flags, mode: 0 } },
    { fd: 3, type: FD_TYPES.fileV2, name, nameRaw: name },
  );
}

function connected() {
  return fixture.show(
    { type: 'socket_connect_x', tid: 2, params: { res: 0, fd: 3 } },
    {
      fd: 3,
      type: FD_TYPES.ipv4,
      sourceIp: '\x0a\0\0\x02',
      sourcePort: 4000,
      destinationIp: '\x08\x08\x08\x08',
      destinationPort: 443,
      l4proto: 1,
      isServer: false,
    },
  );
}

/** Conditions that hold, and those that do not. */
function table(show: () => ReturnType<typeof open>, yes: readonly string[], no: readonly string[]) {
  test.each(yes)('%s', (condition) => expect(holds(condition, show())).toBe(true));
  test.each(no)('not: %s', (condition) => expect(holds(condition, show())).toBe(false));
}

describe('texts', () => {
  table(
    () => open('/etc/Shadow'),
    [
      'fd.name = /etc/Shadow',
      'fd.name in (/etc/passwd, /etc/Shadow)',
      'fd.name startswith /etc/',
      'fd.name endswith adow',
      'fd.name contains c/S',
      'fd.name icontains SHADOW',
      'fd.name glob /*/S?adow',
      'fd.name iglob /ETC/shadow',
      'fd.name regex "/etc/[A-Z][a-z]+"',
      'fd.name pmatch (/var, /etc)',
      'tolower(fd.name) = /etc/shadow',
      'basename(fd.name) = Shadow',
      'len(fd.name) = 11',
      'fd.name = val(evt.arg.name)',
      'fd.name exists',
    ],
    [
      'fd.name = /etc/shadow',
      'fd.name in ()',
      'fd.name startswith /etc/Shadow/',
      'fd.name contains shadow',
      'fd.name glob /etc/shadow',
      'fd.name regex "/etc/"',
      'fd.name pmatch (/et, /etc/Shadow2)',
      'fd.name = val(proc.name)',
    ],
  );
});

describe('null: no comparison holds, and what is negated does', () => {
  table(
    () => open('/etc/passwd'),
    ['not fd.sip = 1.2.3.4', 'not proc.aname[7] exists', 'not fd.sport < 1'],
    [
      'fd.sip = 1.2.3.4',
      'fd.sip != 1.2.3.4',
      'proc.aname[7] != x',
      'proc.aname[7] = ""',
      'fd.sport >= 0',
      'fd.sport exists',
      'proc.aname[7] in ("")',
      'tolower(proc.aname[7]) != x',
      'proc.name = val(evt.arg.path)',
      'proc.name != val(evt.arg.path)',
    ],
  );
});

describe('lists: in asks for all, intersects for one', () => {
  table(
    () => open('/etc/passwd'),
    [
      'proc.aname in (systemd)',
      'proc.aname = systemd',
      'fd.types in (file, ipv4)',
      'evt.args exists',
      'fd.types intersects (file)',
    ],
    ['proc.aname in (bash2)', 'proc.aname = nobody', 'fd.types in (ipv4)'],
  );
});

describe('chains of ancestors: one that fits is enough, but one text under a transformer', () => {
  table(
    () => open('/etc/passwd', 1, 3),
    [
      'proc.aargs contains -c',
      'proc.aargs = "-c ls"',
      'toupper(proc.aargs) contains "-C LS"',
      'toupper(proc.aargs) = "-C LS --SYSTEM"',
      'proc.aargs = val(proc.args)',
      'proc.args != val(proc.aargs)',
    ],
    ['proc.aargs contains "ls --system"', 'proc.args = val(proc.aargs)', 'proc.aargs = x'],
  );
});

describe('modifiers', () => {
  table(
    () => open('/etc/passwd'),
    [
      'proc.name = anyof (bash, sh)',
      'proc.name = oneof (bash, sh)',
      'proc.name != allof (zsh, sh)',
      'proc.name != anyof (bash, sh)',
      'fd.name startswith allof (/etc, /)',
      'fd.name contains oneof (etc, var)',
    ],
    [
      'proc.name = allof (bash, sh)',
      'proc.name = oneof (bash, bash)',
      'proc.name != allof (bash, sh)',
      'fd.name contains oneof (etc, passwd)',
      'proc.name = anyof ()',
      'proc.name != anyof ()',
      'proc.name != allof ()',
    ],
  );
});

describe('either end of a connection', () => {
  table(
    connected,
    [
      'fd.ip = 10.0.0.2',
      'fd.ip = 8.8.8.8',
      'fd.ip in (1.1.1.1, 8.8.8.8)',
      'fd.ip != 1.1.1.1',
      'fd.net = 10.0.0.0/8',
      'fd.net in (10.0.0.0/8, 1.0.0.0/8)',
      'fd.port = 443',
      'fd.port in (443, 80)',
      'fd.sip = 8.8.8.8',
      'fd.snet = 8.0.0.0/8',
      'fd.sport = https',
    ],
    [
      'fd.ip != 8.8.8.8',
      'fd.ip != 10.0.0.2',
      'fd.net = 9.0.0.0/8',
      // Falco compares both ends with the first network alone.
      'fd.net in (1.0.0.0/8, 10.0.0.0/8)',
      'fd.port = 444',
      'fd.sip = ::1',
      'fd.net = 2001:db8::/32',
    ],
  );
});

describe('numbers and truth', () => {
  table(
    () => open('/etc/passwd'),
    [
      'fd.num = 3',
      'fd.num >= 0',
      'user.uid in (0, 1000)',
      'evt.is_open_read = true',
      'evt.rawres = 3',
      'fd.num = " 3"',
    ],
    ['fd.num = -3', 'fd.num > 3', 'evt.is_open_write = true', 'evt.is_open_read != true'],
  );
});

describe('what cannot be bound', () => {
  test.each([
    ['fd.num contains 1', /'contains' operator not supported for numeric/],
    ['fd.num = x', /x is not a valid number/],
    ['evt.type = opne', /unknown event type opne/],
    ['fd.sip = 1.2.3', /unrecognized IP address 1\.2\.3/],
    ['fd.net = 1.2.3.4/33', /unrecognized IP network/],
    ['evt.is_open_read = yes', /unrecognized boolean value yes/],
    ['proc.name regex "a("', /invalid regex/],
    ['proc.name regex "\\\\d"', /invalid regex/],
    ['evt.buffer bcontains zz', /pairs of hexadecimal digits, found zz/],
    ['proc.nam = x', /unknown field "proc.nam": did you mean "proc.name"/],
    ['proc.name = val(proc.pid)', /are not of one type/],
    ['fd.name pmatch val(proc.exe)', /the 'pmatch' operator doesn't support/],
    ['join("-", "a") = x', /expected a list, found/],
    ['concat("a") = x', /two arguments or more/],
    ['b64(proc.pid) = x', /expected string or buffer, found number/],
    ['getopt(fd.types, "a:")[ab] = x', /one option letter, found "ab"/],
  ])('%s', (condition, message) => {
    expect(() => bound(condition)).toThrow(message);
  });

  test('the error has the place of the check', () => {
    try {
      bound('proc.name = x and fd.num = y');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(CompileError);
      expect(error).toMatchObject({ position: 18 });
    }
  });
});
