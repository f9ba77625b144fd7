import { describe, expect, test } from 'vitest';
import type { Check } from '#engine/rules/ast.ts';
import { parseCondition } from '#engine/rules/language/parse-condition.ts';
import { checkProblem } from './check-types.ts';
import { FIELD_FIXTURE } from './load-fixture.ts';

function problemOf(text: string, source = 'syscall'): string | undefined {
  const expr = parseCondition(text);
  if (expr.kind !== 'check') throw new Error(`expected one check in ${text}`);
  const check: Check = expr;
  return checkProblem(check, FIELD_FIXTURE, source)?.message;
}

describe('checkProblem takes', () => {
  test.each([
    'fd.num in (3, -4)',
    'fd.num >= 0',
    'evt.num intersects (1)',
    'fd.sport = 53',
    'fd.sip = 127.0.0.1',
    'fd.sip != ::1',
    'fd.net = 10.0.0.0/8',
    'fd.net in (fe80::/64)',
    'evt.is_io != false',
    'evt.buffer bcontains 454c46',
    'evt.buffer contains ELF',
    'proc.name < 5',
    'proc.name pmatch (/a)',
    'proc.name regex "^[a-z]+$"',
    'evt.arg.flags exists',
    'evt.arg[0] = x',
    'proc.aname[2] = x',
    'fd.name = val(proc.name)',
    'fd.num = val(proc.pid)',
    'toupper(proc.name) = X',
    'len(fd.name) > 3',
    'b64(proc.name) exists',
    'concat(proc.name, ".x") = a.x',
    'join(",", (proc.name, fd.name)) = a',
    'evt.type in (open, madvise, acct)',
    'evt.type startswith open',
    'len(fd.types) = 1',
    'getopt(("-n"), "n") intersects (n)',
    'getopt(("-n"), "n")[n] = n',
    'evt.rawarg.name startswith /etc',
    'evt.rawarg.flags <= 255',
  ])('%s', (text) => {
    expect(problemOf(text)).toBeUndefined();
  });
});

describe('checkProblem refuses', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['fd.num contains 3', /'contains' operator not supported for numeric filters/],
    ['fd.num = 0x3', /0x3 is not a valid number/],
    ['fd.num > 1.5', /1.5 is not a valid number/],
    ['fd.num = ENOENT', /ENOENT is not a valid number/],
    ['fd.sport = http', /unrecognized protocol http/],
    ['fd.sip = 127.0.0', /unrecognized IPv4 address 127.0.0/],
    ['fd.sip = localhost', /unrecognized IPv6 address localhost/],
    ['fd.sip > 1', /'>' operator not supported for ip address and network filters/],
    ['fd.net = 10.0.0.1', /unrecognized IP network 10.0.0.1/],
    ['fd.net = 10.0.0.0/33', /invalid netmask 33/],
    ['fd.net = 10.0.0.0/x', /x is not a valid number/],
    ['fd.net = 10.0.0/8', /unrecognized IP address 10.0.0/],
    ['fd.net = fe80::/129', /invalid netmask 129/],
    ['evt.is_io = 1', /unrecognized boolean value 1/],
    ['evt.is_io < 1', /operator not supported/],
    ['evt.buffer bcontains xyz', /hex strings only/],
    ['evt.buffer icontains x', /'icontains' operator not supported for buffer filters/],
    ['proc.name bcontains 41', /'bcontains' operator not supported for string filters/],
    ['proc.name regex "("', /invalid regex pattern: missing closing \)/],
    ['proc.name regex "\\\\d+"', /invalid regex pattern: found "\\d"/],
    ['proc.name regex "(?i)x"', /invalid regex pattern: found "\(\?"/],
    ['proc.nme = x', /unknown field "proc.nme": did you mean "proc.name"/],
    ['proc.table = x', /unknown field "proc.table"/],
    ['evt.arg = x', /the field "evt.arg" needs an argument/],
    ['proc.name[1] = x', /takes no argument, found "\[1\]"/],
    ['proc.aname[x] = x', /takes a number as its argument/],
    ['evt.type contains pen', /unknown event type pen/],
    [
      'toupper(fd.num) = x',
      /type 'INT64' is not supported by 'toupper' transformer applied on field 'fd.num'/,
    ],
    ['toupper(proc.aname) = x', /field 'proc.aname' does not support transformers/],
    ['toupper(evt.type) = OPEN', /event code search does not support/],
    ['evt.type = val(proc.name)', /right-hand field comparisons on `evt.type` checks/],
    ['proc.aname = val(proc.name)', /field 'proc.aname' doesn't support right-hand side fields/],
    ['proc.name = val(proc.aname)', /field 'proc.aname' can't be used as a right-hand side field/],
    ['fd.name pmatch val(proc.name)', /operator 'pmatch' doesn't support right-hand side fields/],
    [
      'fd.name = val(fd.num)',
      /'fd.name' has type 'CHARBUF' while the right-hand side field 'fd.num' has incompatible type 'INT64'/,
    ],
    ['concat(proc.name) = x', /needs at least two arguments/],
    ['tolower(proc.name, fd.name) = x', /takes 1 argument, found 2/],
    [
      'concat(("a", "b"), "c") = x',
      /type 'CHARBUF' is not supported by 'concat' transformer applied on list field/,
    ],
    ['concat("a", ("b", "c")) = x', /is not supported by 'concat' transformer/],
    ['join(("a", "b"), ("c", "d")) = x', /'join' transformer needs a separator and a list/],
    ['getopt(("-n"), ("n")) intersects (n)', /'getopt' transformer needs a list and a text/],
    ['getopt(("-n"), "n") = n', /'=' operator not supported for list filters/],
    ['fd.types in val(fd.types)', /field 'fd.types' doesn't support right-hand side fields/],
    ['evt.rawarg.addr > 0', /'SOCKADDR' param type is not supported/],
    ['evt.rawarg.flags contains 1', /'contains' operator not supported for numeric filters/],
    ['evt.rawarg.flags = O_RDONLY', /O_RDONLY is not a valid number/],
  ];
  test.each(cases)('%s', (text, message) => {
    expect(problemOf(text)).toMatch(message);
  });
});

test('checkProblem lets lists be looked into only', () => {
  const field = 'ka.req.pod.volumes.hostpath';
  expect(problemOf(`${field} intersects (/)`, 'k8s_audit')).toBeUndefined();
  expect(problemOf(`len(${field}) > 1`, 'k8s_audit')).toBeUndefined();
  expect(problemOf(`${field} contains /`, 'k8s_audit')).toMatch(/not supported for list filters/);
  expect(problemOf(`${field} exists`, 'syscall')).toMatch(/it belongs to k8s_audit/);
});
