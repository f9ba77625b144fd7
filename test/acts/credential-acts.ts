import type { Act } from './act.ts';
import { NET_ADMIN, ownAddress } from './act.ts';

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const KUBERNETES = { files: { [TOKEN]: 'not-a-token', '/opt/readme': 'x' } } as const;
const HOME = {
  files: {
    '/root/.ssh/id_ed25519': 'not a key',
    '/root/.ssh/id_ed25519.pub': 'not a key',
    '/root/.aws/credentials': 'nothing',
    '/root/.config/app.yaml': 'nothing',
  },
} as const;
const METADATA = '169.254.169.254';

/** content/rules/credential-access.yaml */
export const CREDENTIAL_ACTS: readonly Act[] = [
  {
    rule: 'Password hashes read',
    act: { says: '/etc/shadow is shown', script: '/bin/cat /etc/shadow' },
    process: 'cat',
    lookalike: {
      says: '/etc/passwd is shown, and a file elsewhere of the same name',
      script: '/bin/cat /etc/passwd; echo x > /opt-shadow; /bin/cat /opt-shadow',
    },
  },
  {
    rule: 'Password hashes read among other files',
    act: {
      says: 'a word is searched for in all of /etc',
      where: 'host',
      script: 'grep -rqs no-such-word-anywhere-here /etc; true',
    },
    process: 'grep',
    lookalike: {
      says: 'a word is searched for in a part of it',
      where: 'host',
      script: 'grep -rqs no-such-word-anywhere-here /etc/default; true',
    },
  },
  {
    rule: 'Private key read in a container',
    act: {
      says: 'a private key is shown',
      script: '/bin/cat /root/.ssh/id_ed25519',
      container: HOME,
    },
    process: 'cat',
    lookalike: {
      says: 'its public half is shown, and ssh reads the key',
      script: '/bin/cat /root/.ssh/id_ed25519.pub; /usr/bin/ssh read /root/.ssh/id_ed25519',
      programs: ['/usr/bin/ssh'],
      container: HOME,
    },
  },
  {
    rule: 'Private key read on the host',
    act: {
      says: 'a file named like a private key is copied',
      where: 'host',
      script: 'mkdir .ssh; echo x > .ssh/id_rsa; cp .ssh/id_rsa copy',
    },
    process: 'cp',
    lookalike: {
      says: 'its public half is copied',
      where: 'host',
      script: 'mkdir .ssh; echo x > .ssh/id_rsa.pub; cp .ssh/id_rsa.pub copy',
    },
  },
  {
    rule: 'Service account token read by hand',
    act: { says: 'the token is shown', script: `/bin/cat ${TOKEN}`, container: KUBERNETES },
    process: 'cat',
    lookalike: {
      says: 'the application reads the token',
      script: `/usr/bin/my-app read ${TOKEN}`,
      programs: ['/usr/bin/my-app'],
      container: KUBERNETES,
    },
  },
  {
    rule: 'Service account token read by a script',
    act: {
      says: 'an interpreter reads the token',
      script: `/usr/bin/python3 read ${TOKEN}`,
      programs: ['/usr/bin/python3'],
      container: KUBERNETES,
    },
    process: 'python3',
    lookalike: {
      says: 'an interpreter reads another file',
      script: '/usr/bin/python3 read /opt/readme',
      programs: ['/usr/bin/python3'],
      container: KUBERNETES,
    },
  },
  {
    rule: 'Cloud metadata asked by hand',
    act: {
      says: 'wget asks the metadata address',
      script: `${ownAddress(METADATA)}; /bin/wget -q -O - http://${METADATA}/latest/; true`,
      container: NET_ADMIN,
    },
    process: 'wget',
    lookalike: {
      says: 'wget asks another link-local address',
      script: `${ownAddress('169.254.10.10')}; /bin/wget -q -O - http://169.254.10.10/; true`,
      container: NET_ADMIN,
    },
  },
  {
    rule: 'Cloud metadata asked by a program',
    act: {
      says: 'an application asks the metadata address, over IPv6',
      script: `${ownAddress('fd00:ec2::254/128')}; /usr/bin/my-app connect fd00:ec2::254 80`,
      programs: ['/usr/bin/my-app'],
      container: NET_ADMIN,
    },
    process: 'my-app',
    lookalike: {
      says: 'an application asks the name service at that address',
      script: `${ownAddress(METADATA)}; /usr/bin/my-app connect ${METADATA} 53`,
      programs: ['/usr/bin/my-app'],
      container: NET_ADMIN,
    },
  },
  {
    rule: 'Cloud or cluster credentials read in a container',
    act: {
      says: 'the credentials of a cloud are shown',
      script: '/bin/cat /root/.aws/credentials',
      container: HOME,
    },
    process: 'cat',
    lookalike: {
      says: 'the cloud client reads them, another configuration is shown',
      script: '/usr/bin/aws read /root/.aws/credentials; /bin/cat /root/.config/app.yaml',
      programs: ['/usr/bin/aws'],
      container: HOME,
    },
  },
  {
    rule: 'Cloud or cluster credentials read on the host',
    act: {
      says: 'a kubeconfig is shown',
      where: 'host',
      script: 'mkdir .kube; echo x > .kube/config; cat .kube/config',
    },
    process: 'cat',
    lookalike: {
      says: 'another file named config is shown',
      where: 'host',
      script: 'mkdir .git; echo x > .git/config; cat .git/config',
    },
  },
  {
    rule: 'Environment of another process read',
    act: { says: "process 1's environment is shown", script: '/bin/cat /proc/1/environ' },
    process: 'cat',
    lookalike: {
      says: "process 1's command line is shown, an application reads its environment",
      script: '/bin/cat /proc/1/cmdline; /usr/bin/my-app read /proc/self/environ',
      programs: ['/usr/bin/my-app'],
    },
  },
  {
    rule: 'Search for secrets',
    act: {
      says: 'grep looks for private keys',
      script: "/bin/grep -r 'BEGIN RSA' /etc; true",
    },
    process: 'grep',
    lookalike: {
      says: 'grep looks for a user and for a word',
      script: '/bin/grep app /etc/passwd; /bin/grep -r worker /etc; true',
    },
  },
];
