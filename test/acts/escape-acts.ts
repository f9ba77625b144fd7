import type { Act } from './act.ts';
import { PRIVILEGED } from './act.ts';

const HOST_PIDS = { hostNamespaces: ['pid'] } as const;

/** content/rules/escape.yaml */
export const ESCAPE_ACTS: readonly Act[] = [
  {
    rule: 'Container mounted a disk of the host',
    act: {
      says: 'a disk device is mounted, and the kernel refuses',
      script: '/bin/mkdir /mnt; /bin/mount -t ext4 /dev/vda /mnt; true',
    },
    process: 'mount',
    lookalike: {
      says: 'the mounts are listed',
      script: '/bin/mount; /bin/df /dev/vda; true',
    },
  },
  {
    rule: 'Container mounted a cgroup file system',
    act: {
      says: 'a cgroup hierarchy is mounted in a privileged container',
      script: '/bin/mkdir /mnt; /bin/mount -t cgroup2 none /mnt; true',
      container: PRIVILEGED,
    },
    process: 'mount',
    lookalike: {
      says: 'a tmpfs is mounted in a privileged container, its cgroup is read',
      script: '/bin/mkdir /mnt; /bin/mount -t tmpfs none /mnt; /bin/cat /proc/self/cgroup',
      container: PRIVILEGED,
    },
  },
  {
    rule: 'Container mounted something',
    act: {
      says: 'a privileged container mounts a tmpfs',
      script: '/bin/mkdir /mnt; /bin/mount -t tmpfs none /mnt',
      container: PRIVILEGED,
    },
    process: 'mount',
    lookalike: {
      says: 'the runtime itself mounts what the container needs',
      script: '/bin/true',
      container: PRIVILEGED,
    },
  },
  {
    rule: 'Namespaces of the host entered with nsenter',
    act: {
      says: 'nsenter is told to enter the namespaces of process 1',
      script: '/bin/nsenter -t 1 -m /bin/true; true',
    },
    process: 'nsenter',
    lookalike: {
      says: 'nsenter shows its help, a process of its own network namespace is started',
      script: '/bin/nsenter --help; /bin/true',
    },
  },
  {
    rule: 'Container process entered another namespace',
    act: {
      says: "a program enters another process's network namespace",
      script: '/usr/bin/tool enter-other',
      programs: ['/usr/bin/tool'],
      container: PRIVILEGED,
    },
    process: 'tool',
    lookalike: {
      says: 'a program looks at the name of its own namespace',
      script: '/bin/readlink /proc/self/ns/net; /usr/bin/tool read /proc/self/ns/net',
      programs: ['/usr/bin/tool'],
    },
  },
  {
    rule: 'Container created a user namespace',
    act: {
      says: 'a program makes a user namespace',
      script: '/usr/bin/tool unshare user',
      programs: ['/usr/bin/tool'],
      container: PRIVILEGED,
    },
    process: 'tool',
    lookalike: {
      says: 'a program makes a network namespace',
      script: '/usr/bin/tool unshare net',
      programs: ['/usr/bin/tool'],
      container: PRIVILEGED,
    },
  },
  {
    rule: 'Kernel helper program replaced from a container',
    act: {
      says: 'core_pattern is opened for writing, and nothing is written',
      script: ': >> /proc/sys/kernel/core_pattern',
      container: PRIVILEGED,
    },
    process: 'sh',
    lookalike: {
      says: 'core_pattern is read',
      script: '/bin/cat /proc/sys/kernel/core_pattern',
    },
  },
  {
    rule: 'cgroup release agent written',
    act: {
      says: 'a file named release_agent is written',
      script: '/bin/mkdir /cg; echo /exploit > /cg/release_agent',
    },
    process: 'sh',
    lookalike: {
      says: 'a file named release_agent is read, another one written',
      script: '/bin/cat /sys/fs/cgroup/release_agent; echo 1 > /release-notes; true',
    },
  },
  {
    rule: "Container runtime's socket used from a container",
    act: {
      says: 'a program connects to a socket named docker.sock',
      script: '/bin/mkdir -p /var/run; /usr/bin/tool connect-unix /var/run/docker.sock',
      programs: ['/usr/bin/tool'],
    },
    process: 'tool',
    lookalike: {
      says: 'a program connects to the socket of a database',
      script: '/bin/mkdir -p /var/run; /usr/bin/tool connect-unix /var/run/mysqld.sock',
      programs: ['/usr/bin/tool'],
    },
  },
  {
    rule: 'Host files reached through another process',
    act: {
      says: "a file is listed through process 1's root",
      script: '/bin/ls /proc/1/root/etc',
    },
    process: 'ls',
    lookalike: {
      says: "a process's status is read",
      script: '/bin/cat /proc/1/status; /bin/ls /proc/self/fd',
    },
  },
  {
    rule: 'Host file opened from a container',
    act: {
      says: "the host's password file is opened through a process of the host",
      script: '/bin/cat /proc/$PPID/root/etc/shadow > /dev/null',
      container: { ...PRIVILEGED, ...HOST_PIDS },
    },
    process: 'cat',
    lookalike: {
      says: "the container's own is",
      script: '/bin/cat /etc/shadow > /dev/null',
    },
  },
  {
    rule: 'Kernel module loaded from a container',
    act: {
      says: 'insmod tries to load a file that is no module',
      script: 'echo no > /opt/x.ko; /bin/insmod /opt/x.ko; true',
      container: { files: { '/opt/readme': 'x' } },
    },
    process: 'insmod',
    lookalike: {
      says: 'the loaded modules are listed',
      script: '/bin/lsmod; /bin/cat /proc/modules; true',
    },
  },
  {
    rule: 'Kernel program loaded from a container',
    act: {
      says: 'a BPF program that does nothing is loaded',
      script: '/usr/bin/tool load-bpf',
      programs: ['/usr/bin/tool'],
      container: PRIVILEGED,
    },
    process: 'tool',
    lookalike: {
      says: 'a BPF map is made',
      script: '/usr/bin/tool make-bpf-map',
      programs: ['/usr/bin/tool'],
      container: PRIVILEGED,
    },
  },
  {
    rule: 'Process of the host attached to from a container',
    act: {
      says: 'a container with the host processes attaches to one',
      script: '/usr/bin/tool attach',
      programs: ['/usr/bin/tool'],
      container: { ...PRIVILEGED, ...HOST_PIDS },
    },
    process: 'tool',
    lookalike: {
      says: 'a container without them attaches to one of its own',
      script: '/usr/bin/tool attach',
      programs: ['/usr/bin/tool'],
      container: PRIVILEGED,
    },
  },
  {
    rule: 'Process attached to inside a container',
    act: {
      says: 'a program attaches to another process of its container',
      script: '/usr/bin/tool attach',
      programs: ['/usr/bin/tool'],
    },
    process: 'tool',
    lookalike: {
      says: 'a program runs another one under its own trace',
      script: '/usr/bin/tool trace /bin/true',
      programs: ['/usr/bin/tool'],
    },
  },
  {
    rule: 'Memory of another process written',
    act: {
      says: "a program writes into another one's memory",
      script: '/usr/bin/tool write-memory',
      programs: ['/usr/bin/tool'],
    },
    process: 'tool',
    lookalike: {
      says: "a program reads another one's memory",
      script: '/usr/bin/tool read-memory',
      programs: ['/usr/bin/tool'],
    },
  },
  {
    rule: 'Exploit primitive userfaultfd used in a container',
    act: {
      says: 'a program asks for userfaultfd',
      script: '/usr/bin/tool userfaultfd',
      programs: ['/usr/bin/tool'],
    },
    process: 'tool',
    lookalike: {
      says: 'a virtual machine asks for it',
      script: '/usr/bin/qemu-system-x86 userfaultfd',
      programs: ['/usr/bin/qemu-system-x86'],
    },
  },
  {
    rule: 'File opened by handle from a container',
    act: {
      says: 'a program opens a file by handle',
      script: '/usr/bin/tool open-by-handle',
      programs: ['/usr/bin/tool'],
      container: PRIVILEGED,
    },
    process: 'tool',
    lookalike: {
      says: 'a program opens a file by name',
      script: '/usr/bin/tool read /etc/hosts',
      programs: ['/usr/bin/tool'],
      container: PRIVILEGED,
    },
  },
  {
    rule: 'Disk or memory of the host opened raw',
    act: {
      says: 'a loop device of the host is opened',
      script: '/bin/mknod /dev/loop7 b 7 7; /bin/dd if=/dev/loop7 of=/dev/null bs=1 count=1; true',
      container: PRIVILEGED,
    },
    process: 'dd',
    lookalike: {
      says: 'zeros are read from a device',
      script: '/bin/dd if=/dev/zero of=/dev/null bs=1 count=1',
    },
  },
  {
    rule: 'Disk device created in a container',
    act: {
      says: 'a block device is created',
      script: '/bin/mknod /disk b 254 0; true',
      container: PRIVILEGED,
    },
    process: 'mknod',
    lookalike: {
      says: 'a pipe and a character device are created',
      script: '/bin/mkfifo /pipe; /bin/mknod /null c 1 3',
    },
  },
  {
    rule: "Container runtime's program opened for writing",
    act: {
      says: 'a file named runc in a directory for programs is written',
      script: '/bin/mkdir -p /usr/local/sbin; echo x > /usr/local/sbin/runc',
    },
    process: 'sh',
    lookalike: {
      says: 'such a file is read, and its configuration written',
      script:
        '/bin/mkdir -p /etc/runc; echo x > /etc/runc/config.toml; /bin/cat /usr/sbin/runc; true',
    },
  },
];
