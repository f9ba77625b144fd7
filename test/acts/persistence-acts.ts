import type { Act } from './act.ts';

/** On the host a directory of the system is covered first, in a mount namespace of its own. */
function covered(directory: string, script: string): string {
  return `unshare --mount sh -c 'mount -t tmpfs none ${directory} && ${script}'`;
}

const EMPTY_DIRS = {
  files: {
    '/etc/cron.d/.keep': '',
    '/etc/systemd/system/.keep': '',
    '/etc/kubernetes/manifests/.keep': '',
    '/root/.ssh/.keep': '',
  },
} as const;

/** content/rules/persistence.yaml */
export const PERSISTENCE_ACTS: readonly Act[] = [
  {
    rule: 'Scheduled job written',
    act: {
      says: 'a job is put into /etc/cron.d',
      script: 'echo "* * * * * root /opt/x" > /etc/cron.d/job',
      container: EMPTY_DIRS,
    },
    process: 'sh',
    lookalike: {
      says: 'a package manager puts a job there, and it is read',
      script: '/usr/bin/dpkg write /etc/cron.d/job; /bin/cat /etc/cron.d/job',
      programs: ['/usr/bin/dpkg'],
      container: EMPTY_DIRS,
    },
  },
  {
    rule: 'System service written',
    act: {
      says: 'a unit is written',
      script: 'echo x > /etc/systemd/system/x.service',
      container: EMPTY_DIRS,
    },
    process: 'sh',
    lookalike: {
      says: 'a unit is read',
      script: '/bin/cat /etc/systemd/system/.keep',
      container: EMPTY_DIRS,
    },
  },
  {
    rule: 'Library forced into every program',
    act: { says: 'ld.so.preload is written', script: 'echo /opt/x.so > /etc/ld.so.preload' },
    process: 'sh',
    lookalike: {
      says: 'every program looks for the file, and ld.so.conf is written',
      script: '/bin/cat /etc/ld.so.preload; echo /opt/lib > /etc/ld.so.conf; true',
    },
  },
  {
    rule: 'Library from a scratch directory forced into a program',
    act: {
      says: 'a program is started with a library of /tmp',
      script: 'LD_PRELOAD=/tmp/x.so /bin/id',
    },
    process: 'id',
    lookalike: {
      says: 'a program is started with an installed allocator',
      script: 'LD_PRELOAD=/usr/lib/libjemalloc.so.2 /bin/id',
    },
  },
  {
    rule: 'Login key added from a container',
    act: {
      says: 'authorized_keys is written',
      script: 'echo key >> /root/.ssh/authorized_keys',
      container: EMPTY_DIRS,
    },
    process: 'sh',
    lookalike: {
      says: 'known_hosts is written',
      script: 'echo key >> /root/.ssh/known_hosts',
      container: EMPTY_DIRS,
    },
  },
  {
    rule: 'Login key added on the host',
    act: {
      says: 'a file named authorized_keys is written',
      where: 'host',
      script: 'mkdir .ssh; echo key >> .ssh/authorized_keys',
    },
    process: 'sh',
    lookalike: {
      says: 'it is read',
      where: 'host',
      script: 'mkdir .ssh; echo key >> .ssh/keys; cat .ssh/keys',
    },
  },
  {
    rule: 'Shell start-up file written in a container',
    act: { says: '.bashrc is written', script: 'echo /opt/x >> /root/.bashrc' },
    process: 'sh',
    lookalike: {
      says: '.bashrc is read, .wgetrc is written',
      script: '/bin/cat /root/.bashrc; echo x >> /root/.wgetrc; true',
    },
  },
  {
    rule: 'Shell start-up file of all users written',
    act: {
      says: 'a file is put into /etc/profile.d',
      where: 'host',
      script: covered('/etc/profile.d', 'echo x > /etc/profile.d/x.sh'),
    },
    process: 'sh',
    lookalike: {
      says: 'the files there are read',
      where: 'host',
      script: 'cat /etc/profile > /dev/null',
    },
  },
  {
    rule: 'Accounts or their rights changed by hand',
    act: {
      says: 'a line is added to /etc/passwd',
      script: 'echo "x::0:0::/:/bin/sh" >> /etc/passwd',
    },
    process: 'sh',
    lookalike: {
      says: 'the tool for it adds a user',
      script: '/usr/sbin/useradd write /etc/passwd; /bin/cat /etc/passwd',
      programs: ['/usr/sbin/useradd'],
    },
  },
  {
    rule: 'Pod put on the node by a file',
    act: {
      says: 'a manifest is written',
      script: 'echo x > /etc/kubernetes/manifests/x.yaml',
      container: EMPTY_DIRS,
    },
    process: 'sh',
    lookalike: {
      says: 'kubeadm writes one',
      script: '/usr/bin/kubeadm write /etc/kubernetes/manifests/etcd.yaml',
      programs: ['/usr/bin/kubeadm'],
      container: EMPTY_DIRS,
    },
  },
  {
    rule: 'Start-up file moved into place',
    act: {
      says: 'a unit is moved into place',
      script: 'echo x > /unit; /bin/mv /unit /etc/systemd/system/x.service',
      container: EMPTY_DIRS,
    },
    process: 'mv',
    lookalike: {
      says: 'a unit is moved away, a configuration into place',
      script:
        'echo x > /conf; /bin/mv /conf /etc/app.conf; ' +
        '/bin/mv /etc/systemd/system/.keep /old.service',
      container: EMPTY_DIRS,
    },
  },
  {
    rule: 'Login key or pod manifest moved into place',
    act: {
      says: 'a file of keys is moved into place',
      script: 'echo key > /k; /bin/mv /k /root/.ssh/authorized_keys',
      container: EMPTY_DIRS,
    },
    process: 'mv',
    lookalike: {
      says: 'known_hosts is',
      script: 'echo key > /k; /bin/mv /k /root/.ssh/known_hosts',
      container: EMPTY_DIRS,
    },
  },
];
