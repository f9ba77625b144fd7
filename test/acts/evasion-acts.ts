import type { Act } from './act.ts';
import { PRIVILEGED } from './act.ts';

const LOGS = {
  files: {
    '/var/log/app.log': 'line\n',
    '/var/log/wtmp': 'record',
    '/root/.bash_history': 'ls\n',
    '/opt/data': 'data',
  },
} as const;

/** content/rules/evasion.yaml */
export const EVASION_ACTS: readonly Act[] = [
  {
    rule: 'Process named like a kernel thread',
    act: {
      says: 'a program names itself kworker',
      script: '/opt/worker name kworker/0:1',
      programs: ['/opt/worker'],
    },
    process: 'kworker/0:1',
    lookalike: {
      says: 'a program names its thread, and the test command is run by its short name',
      script: '/opt/worker name worker-1; /bin/[ 1 = 1 ]',
      programs: ['/opt/worker'],
    },
  },
  {
    rule: 'Process hidden behind a mount',
    act: {
      says: "an empty directory is mounted over a process's",
      script: '/bin/mount -t tmpfs none /proc/1',
      container: PRIVILEGED,
    },
    process: 'mount',
    lookalike: {
      says: 'something is mounted elsewhere',
      script: '/bin/mkdir /mnt; /bin/mount -t tmpfs none /mnt',
      container: PRIVILEGED,
    },
  },
  {
    rule: 'Logs wiped',
    act: { says: 'a log is emptied', script: ': > /var/log/app.log', container: LOGS },
    process: 'sh',
    lookalike: {
      says: 'a log is written to and read, a new one begun',
      script:
        'echo line >> /var/log/app.log; /bin/cat /var/log/app.log; echo line > /var/log/new.log',
      container: LOGS,
    },
  },
  {
    rule: 'Login records changed',
    act: {
      says: 'the record of logins is removed',
      script: '/bin/rm /var/log/wtmp',
      container: LOGS,
    },
    process: 'rm',
    lookalike: {
      says: 'the record of logins is read',
      script: '/bin/cat /var/log/wtmp',
      container: LOGS,
    },
  },
  {
    rule: 'Shell history wiped',
    act: {
      says: 'the history is removed',
      script: '/bin/rm /root/.bash_history',
      container: LOGS,
    },
    process: 'rm',
    lookalike: {
      says: 'the history is shown and added to',
      script: 'echo ls >> /root/.bash_history; /bin/cat /root/.bash_history',
      container: LOGS,
    },
  },
  {
    rule: 'Shell started without history',
    act: {
      says: 'a shell is started with HISTFILE=/dev/null',
      script: 'HISTFILE=/dev/null /bin/sh -c true',
    },
    process: 'sh',
    lookalike: {
      says: 'a shell is started with a history of its own',
      script: 'HISTFILE=/root/.my_history HISTSIZE=0100 /bin/sh -c true',
    },
  },
  {
    rule: 'Files shredded',
    act: { says: 'a file is shredded', script: '/bin/shred /opt/data', container: LOGS },
    process: 'shred',
    lookalike: { says: 'a file is removed', script: '/bin/rm /opt/data', container: LOGS },
  },
  {
    rule: 'Watchers switched off',
    act: {
      says: 'audit rules are deleted',
      script: '/sbin/auditctl -D',
      programs: ['/sbin/auditctl'],
    },
    process: 'auditctl',
    lookalike: {
      says: 'audit rules are listed, a service is restarted',
      script: '/sbin/auditctl -l; /usr/bin/systemctl restart nginx',
      programs: ['/sbin/auditctl', '/usr/bin/systemctl'],
    },
  },
  {
    rule: 'File made unchangeable in a container',
    act: {
      says: 'chattr makes a file immutable',
      script: '/usr/bin/chattr +i /opt/data',
      programs: ['/usr/bin/chattr'],
    },
    process: 'chattr',
    lookalike: {
      says: 'lsattr shows the attributes',
      script: '/usr/bin/lsattr /opt/data',
      programs: ['/usr/bin/lsattr'],
    },
  },
];
