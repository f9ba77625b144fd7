import type { Act } from './act.ts';
import { NET_ADMIN, ownAddress } from './act.ts';

/** content/rules/miners.yaml */
export const MINER_ACTS: readonly Act[] = [
  {
    rule: 'Miner run',
    act: {
      says: 'xmrig is run',
      script: '/opt/xmrig nothing',
      programs: ['/opt/xmrig'],
    },
    process: 'xmrig',
    lookalike: {
      says: 'a data miner is run',
      script: '/opt/data-miner --rows 10',
      programs: ['/opt/data-miner'],
    },
  },
  {
    rule: 'Mining arguments',
    act: {
      says: 'a program with an ordinary name gets the address of a pool',
      script: '/opt/worker -o stratum+tcp://192.0.2.1:3333 -u wallet --donate-level 1',
      programs: ['/opt/worker'],
    },
    process: 'worker',
    lookalike: {
      says: 'a program gets the address of a message queue',
      script: '/opt/worker -o tcp://queue:5672 -u user --level 1',
      programs: ['/opt/worker'],
    },
  },
  {
    rule: 'Mining pool named in arguments',
    act: {
      says: 'a program gets the name of a pool',
      script: '/opt/worker --url pool.supportxmr.com:443',
      programs: ['/opt/worker'],
    },
    process: 'worker',
    lookalike: {
      says: 'a program gets the name of a connection pool',
      script: '/opt/worker --url pool.example.com:443 --pool 10',
      programs: ['/opt/worker'],
    },
  },
  {
    rule: 'Name of a mining pool looked up',
    act: {
      says: 'a program asks for the address of a pool',
      script: '/opt/worker dns xmr-eu1.nanopool.org 1',
      programs: ['/opt/worker'],
    },
    process: 'worker',
    lookalike: {
      says: 'a program asks for the address of a service',
      script: '/opt/worker dns nanopool.default.svc.cluster.local 1',
      programs: ['/opt/worker'],
    },
  },
  {
    rule: 'Unknown program burns processor time',
    act: {
      says: 'a program in shared memory computes for as long as two looks take',
      script: '/bin/cp /usr/bin/tool /dev/shm/x; /dev/shm/x burn 23',
      isSlow: true,
      programs: ['/usr/bin/tool'],
    },
    process: 'x',
    lookalike: {
      says: 'a program of the image does',
      script: '/usr/bin/tool burn 23',
      isSlow: true,
      programs: ['/usr/bin/tool'],
    },
  },
  {
    rule: 'Connection to a port of mining pools',
    act: {
      says: 'a program connects to port 3333 of an internet address',
      script: `${ownAddress('203.0.113.9')}; /opt/worker connect 203.0.113.9 3333`,
      programs: ['/opt/worker'],
      container: NET_ADMIN,
    },
    process: 'worker',
    lookalike: {
      says: 'a program connects to port 3333 of a neighbour, and to 443 of an internet address',
      script:
        `${ownAddress('10.9.8.7')}; ${ownAddress('203.0.113.9')}; ` +
        '/opt/worker connect 10.9.8.7 3333; /opt/worker connect 203.0.113.9 443',
      programs: ['/opt/worker'],
      container: NET_ADMIN,
    },
  },
];
