import type { Act } from './act.ts';
import { PRIVILEGED } from './act.ts';

/** content/rules/privilege.yaml and blind-spots.yaml */
export const PRIVILEGE_ACTS: readonly Act[] = [
  {
    rule: 'File made to run as its owner in a container',
    act: {
      says: 'a copy of a program gets the setuid bit',
      script: '/bin/cp /bin/busybox /opt-sh; /bin/chmod 4755 /opt-sh',
    },
    process: 'chmod',
    lookalike: {
      says: 'a copy of a program becomes executable',
      script: '/bin/cp /bin/busybox /opt-sh; /bin/chmod 0755 /opt-sh',
    },
  },
  {
    rule: 'File made to run as its owner on the host',
    act: {
      says: 'a file in /tmp gets the setuid bit',
      where: 'host',
      script: 'touch file; chmod u+s file',
    },
    process: 'chmod',
    lookalike: {
      says: 'a file in /tmp becomes executable, a directory keeps its group',
      where: 'host',
      script: 'touch file; mkdir shared; chmod 755 file; chmod g+s shared',
    },
  },
  {
    rule: 'Script or shell made itself root',
    act: {
      says: 'a script sets its user to root',
      script: '/usr/bin/python3 setuid 0',
      programs: ['/usr/bin/python3'],
    },
    process: 'python3',
    lookalike: {
      says: 'a script gives up being root',
      script: '/usr/bin/python3 setuid 1000',
      programs: ['/usr/bin/python3'],
    },
  },
  {
    rule: 'Capability given to a file',
    act: {
      says: 'setcap is run',
      script: '/usr/sbin/setcap cap_net_raw+ep /opt/tool',
      programs: ['/usr/sbin/setcap'],
    },
    process: 'setcap',
    lookalike: {
      says: 'getcap is run',
      script: '/usr/sbin/getcap /opt/tool',
      programs: ['/usr/sbin/getcap'],
    },
  },
  {
    rule: 'Container process raised its capabilities',
    act: {
      says: 'a privileged program switches all its capabilities on',
      script: '/usr/bin/tool capabilities ffffffffffffffff',
      programs: ['/usr/bin/tool'],
      container: PRIVILEGED,
    },
    process: 'tool',
    lookalike: {
      says: 'a privileged program keeps only the right to bind low ports',
      script: '/usr/bin/tool capabilities 400',
      programs: ['/usr/bin/tool'],
      container: PRIVILEGED,
    },
  },
  {
    rule: 'Change of user tool run in a container',
    act: {
      says: 'su starts a shell for another user',
      script: "/bin/su -c 'true' app",
    },
    process: 'su',
    lookalike: {
      says: 'the start script gives up root without it',
      script: '/usr/bin/python3 setuid 1000; /bin/id',
      programs: ['/usr/bin/python3'],
    },
  },
  {
    rule: 'Process uses io_uring in a container',
    act: {
      says: 'a program sets up io_uring',
      script: '/usr/bin/tool io-uring',
      programs: ['/usr/bin/tool'],
    },
    process: 'tool',
    lookalike: {
      says: 'a program reads a file in the usual way',
      script: '/usr/bin/tool read /etc/hosts',
      programs: ['/usr/bin/tool'],
    },
  },
  {
    rule: '32-bit program run',
    act: {
      says: 'a 32-bit program is run',
      script: '/usr/bin/old',
      oldPrograms: ['/usr/bin/old'],
    },
    process: 'old',
    lookalike: {
      says: 'a 64-bit program is run',
      script: '/usr/bin/tool nothing',
      programs: ['/usr/bin/tool'],
    },
  },
];
