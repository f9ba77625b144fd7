import { describe, expect, test } from 'vitest';
import { eventId } from '#model/event-schema.ts';
import { bound, rule } from './compile/condition-fixture.ts';
import type { PathClasses, PathTest } from './prefilter.ts';
import { derivePrefilter, prefilterOf } from './prefilter.ts';

const OPENAT = eventId('syscall_openat_2_x');

function classes(condition: string, type = OPENAT): PathClasses {
  const found = prefilterOf([bound(condition)])[type];
  if (found === undefined) throw new Error(`no classes of event type ${type}`);
  return found;
}

const prefix = (value: string): PathTest => ({ kind: 'prefix', value });
const equals = (value: string): PathTest => ({ kind: 'equals', value });
const component = (value: string): PathTest => ({ kind: 'component', value });
const basename = (value: string): PathTest => ({ kind: 'basename', value });

describe('paths of a read', () => {
  test.each<readonly [string, PathClasses['read']]>([
    ['fd.name = /etc/shadow', [equals('/etc/shadow')]],
    ['fd.name in (/etc/shadow, /etc/gshadow)', [equals('/etc/shadow'), equals('/etc/gshadow')]],
    ['fd.name startswith /etc/pam.d/', [prefix('/etc/pam.d/')]],
    [
      'fd.name pmatch (/etc/ssh, /root/*/x)',
      [prefix('/etc/ssh/'), equals('/etc/ssh'), prefix('/root/'), equals('/root')],
    ],
    ['fd.name contains /.ssh/', [component('.ssh')]],
    ['fd.name endswith /id_rsa', [basename('id_rsa')]],
    ['fd.name glob /etc/x/*', [prefix('/etc/x/')]],
    ['fd.filename in (shadow, id_rsa)', [basename('shadow'), basename('id_rsa')]],
    ['fd.directory = /etc/cron.d', [prefix('/etc/cron.d/'), equals('/etc/cron.d')]],
    // What tells nothing about whole names.
    ['fd.name contains id_rsa', 'all'],
    ['fd.name endswith rsa', 'all'],
    ['fd.name startswith /e', 'all'],
    ['fd.name glob *shadow', 'all'],
    ['fd.name regex "/etc/.*"', 'all'],
    ['not fd.name = /etc/shadow', 'all'],
    ['fd.name != /etc/shadow', 'all'],
    ['proc.name = cat', 'all'],
    // and: the part that lets least through; or: all of them.
    ['fd.name = /a/b and fd.name in (/c, /d)', [equals('/a/b')]],
    ['fd.name = /a/b and proc.name = cat', [equals('/a/b')]],
    ['fd.name = /a/b or fd.filename = c', [equals('/a/b'), basename('c')]],
    ['fd.name = /a/b or proc.name = cat', 'all'],
    ['not (fd.name != /a/b or proc.name = cat)', 'all'],
    // Type and class decide.
    ['evt.type = execve and fd.name = /a', 'none'],
    ['evt.is_open_write = true and fd.name = /a', 'none'],
    ['evt.is_open_write = false and fd.name = /a/b', [equals('/a/b')]],
    ['not evt.is_open_write = true and fd.name = /a/b', [equals('/a/b')]],
    ['evt.type in (open, openat) and evt.is_open_read = true and fd.num >= 0', 'all'],
    ['evt.failed = true', 'none'],
    ['fd.num < 0', 'none'],
    ['evt.res = SUCCESS and fd.name = /a/b', [equals('/a/b')]],
  ])('%s', (condition, read) => expect(classes(condition).read).toEqual(read));
});

describe('the other classes', () => {
  test.each<readonly [string, PathClasses['write'], PathClasses['failed']]>([
    ['evt.is_open_write = true and fd.num >= 0 and fd.name = /a/b', [equals('/a/b')], 'none'],
    ['evt.is_open_write = true and fd.name = /a/b', [equals('/a/b')], 'all'],
    ['evt.is_open_read = true and fd.num = -1', 'none', 'all'],
    ['evt.rawres < 0', 'none', 'all'],
    ['evt.rawres >= 0', 'all', 'none'],
    ['evt.res = EACCES', 'none', 'all'],
    ['evt.res != SUCCESS', 'none', 'all'],
    ['evt.type = close', 'none', 'none'],
  ])('%s', (condition, write, failed) => {
    const found = classes(condition);
    expect([found.write, found.failed]).toEqual([write, failed]);
  });

  test('creat always writes and never reads', () => {
    const creat = eventId('syscall_creat_x');
    expect(classes('evt.is_open_read = true', creat)).toEqual({
      read: 'none',
      write: 'none',
      failed: 'none',
    });
    expect(classes('fd.name = /a/b and fd.num > 0', creat).write).toEqual([equals('/a/b')]);
  });
});

describe('messages', () => {
  const toNameServer: PathTest = { kind: 'port', value: '53' };
  const sends = 'evt.type in (sendto, sendmsg)';
  test.each<readonly [string, PathClasses['read']]>([
    [`${sends} and dns.question.name endswith .example`, [toNameServer]],
    [`${sends} and len(dns.question.name) > 120`, [toNameServer]],
    [`${sends} and (dns.question.type = TXT or tolower(dns.question.name) = a)`, [toNameServer]],
    [`${sends} and dns.question.type = TXT and not dns.question.name = a`, [toNameServer]],
    // What no question is needed for.
    [`${sends} and not dns.question.name = a`, 'all'],
    [`${sends} and (dns.question.name = a or fd.sport = 99)`, 'all'],
    [`${sends} and evt.failed = true`, 'all'],
    [`${sends} and fd.name = /etc/shadow`, 'all'],
    ['evt.type = connect and dns.question.name = a', 'none'],
  ])('%s', (condition, filter) => {
    expect(classes(condition, eventId('socket_sendto_x')).read).toEqual(filter);
  });

  test('received ones pass whole where a rule wants them', () => {
    expect(prefilterOf([bound('evt.type = recvfrom')])[eventId('socket_recvfrom_x')]).toBe(
      undefined,
    );
  });
});

describe('of a rule set', () => {
  test('what any enabled rule of the kernel wants', () => {
    const rules = [
      rule('a', 'fd.name = /a/b and fd.num >= 0'),
      rule('b', 'evt.is_open_write = true and fd.name = /c/d and fd.num >= 0'),
      rule('off', 'fd.name exists', { enabled: false }),
      rule('audit', 'evt.type exists', { source: 'k8s_audit' }),
    ];
    expect(derivePrefilter(rules)[OPENAT]).toEqual({
      read: [equals('/a/b')],
      write: [equals('/a/b'), equals('/c/d')],
      failed: 'none',
    });
  });

  test('no rules want nothing', () => {
    expect(derivePrefilter([])[OPENAT]).toEqual({ read: 'none', write: 'none', failed: 'none' });
  });
});
