import { describe, expect, test } from 'vitest';
import { Redactor } from './redact.ts';

const text = (value: string): string => new Redactor().text(value);
const args = (line: string): string => {
  const [program = '', ...rest] = line.split(' ');
  return [program, ...new Redactor().args(program, rest)].join(' ');
};
/** Secrets are put together here, so that no scanner takes this file for a leak. */
const x = (count: number, chars = 'a1B2c3D4e5F6g7H8'): string =>
  chars.repeat(Math.ceil(count / chars.length)).slice(0, count);
const X = '[redacted]';

describe('tokens that are known by their form keep the prefix that says what to rotate', () => {
  const cases: Record<string, [secret: string, shown: string]> = {
    'aws key id': [`AKIA${x(16, 'ABCDEFGH234567')}`, `AKIA${X}`],
    github: [`ghp_${x(36)}`, `ghp_${X}`],
    'github fine-grained': [`github_pat_${x(60)}`, `github_pat_${X}`],
    gitlab: [`glpat-${x(20)}`, `glpat-${X}`],
    'slack bot': [`xoxb-${x(12, '123')}-${x(24)}`, `xoxb-${X}`],
    stripe: [`sk_live_${x(24)}`, `sk_live_${X}`],
    google: [`AIza${x(35)}`, `AIza${X}`],
    'google oauth': [`ya29.${x(60)}`, `ya29.${X}`],
    jwt: [`eyJ${x(20)}.eyJ${x(30)}.${x(43)}`, `eyJ${X}`],
    npm: [`npm_${x(36)}`, `npm_${X}`],
    pypi: [`pypi-${x(80)}`, `pypi-${X}`],
    vault: [`hvs.${x(24)}`, `hvs.${X}`],
    sendgrid: [`SG.${x(22)}.${x(43)}`, `SG.${X}`],
    'docker hub': [`dckr_pat_${x(27)}`, `dckr_pat_${X}`],
    anthropic: [`sk-ant-${x(90)}`, `sk-ant-${X}`],
    'hugging face': [`hf_${x(34)}`, `hf_${X}`],
    digitalocean: [`dop_v1_${x(64, '0123456789abcdef')}`, `dop_v1_${X}`],
    telegram: [`123456789:AA${x(33)}`, `123456789:AA${X}`],
    grafana: [`glsa_${x(32)}_${x(8, 'abcdef01')}`, `glsa_${X}`],
    'password hash': [`$6$${x(16)}$${x(60)}`, `$6$${X}`],
    'slack webhook': [
      `https://hooks.slack.com/services/T0/B0/${x(24)}`,
      `https://hooks.slack.com/services/${X}`,
    ],
  };
  test.each(Object.entries(cases))('%s', (_name, [secret, shown]) => {
    expect(text(`curl --data ${secret} x`)).toBe(`curl --data ${shown} x`);
  });
});

describe('secrets that are known by what names them', () => {
  const cases: [line: string, shown: string][] = [
    ['app --password=hunter2 --verbose', `app --password=${X} --verbose`],
    ['app --db-password hunter2 run', `app --db-password ${X} run`],
    ['app --api-key=s3cr3tvalue', `app --api-key=${X}`],
    ['env PGPASSWORD=hunter2 psql', `env PGPASSWORD=${X} psql`],
    ['env AWS_SECRET_ACCESS_KEY=abc/def+ghi aws s3 ls', `env AWS_SECRET_ACCESS_KEY=${X} aws s3 ls`],
    [
      'aws configure set aws_secret_access_key abcdef',
      `aws configure set aws_secret_access_key ${X}`,
    ],
    ['mysql -u root -phunter2 shop', `mysql -u root -p${X} shop`],
    ['/usr/bin/mysqldump -phunter2', `/usr/bin/mysqldump -p${X}`],
    ['sshpass -p hunter2 ssh -p 2222 root@h', `sshpass -p ${X} ssh -p 2222 root@h`],
    ['redis-cli -h cache -a hunter2 ping', `redis-cli -h cache -a ${X} ping`],
    ['curl -u admin:hunter2 http://h/', `curl -u admin:${X} http://h/`],
    ['curl --user=admin:hunter2 http://h/', `curl --user=admin:${X} http://h/`],
    ['docker login -u me -p hunter2 registry', `docker login -u me -p ${X} registry`],
    ['ldapsearch -D cn=admin -w hunter2 -b dc=x', `ldapsearch -D cn=admin -w ${X} -b dc=x`],
    ['smbclient -U bob%hunter2 //h/share', `smbclient -U bob%${X} //h/share`],
    ['openssl enc -pass pass:hunter2 -in f', `openssl enc -pass pass:${X} -in f`],
    ['kubeadm join --token abcdef.0123456789abcdef h', `kubeadm join --token ${X} h`],
    ['psql postgres://shop:hunter2@db:5432/shop', `psql postgres://shop:${X}@db:5432/shop`],
    [
      'app Server=db;User=sa;Password=hunter2;Timeout=3',
      `app Server=db;User=sa;Password=${X};Timeout=3`,
    ],
    [
      'kubectl create secret generic a --from-literal=password=hunter2',
      `kubectl create secret generic a --from-literal=password=${X}`,
    ],
  ];
  test.each(cases)('%s', (line, shown) => {
    expect(args(line)).toBe(shown);
    expect(text(line)).toBe(shown);
  });

  test('in headers, JSON, YAML and scripts within an argument', () => {
    expect(text('curl -H "Authorization: Basic YWRtaW46YWRtaW4=" u')).toBe(
      `curl -H "Authorization: Basic ${X}" u`,
    );
    expect(text('-H X-Api-Key: 0a1b2c3d4e')).toBe(`-H X-Api-Key: ${X}`);
    expect(text('{"user":"bob","password":"hunter2","n":1}')).toBe(
      `{"user":"bob","password":"${X}","n":1}`,
    );
    expect(text('password: hunter2')).toBe(`password: ${X}`);
    expect(text("sh -c 'mysql -u root -phunter2 shop | gzip'")).toBe(
      `sh -c 'mysql -u root -p${X} shop | gzip'`,
    );
    expect(new Redactor().args('sh', ['-c', 'mysql -u root -phunter2 shop'])).toEqual([
      '-c',
      `mysql -u root -p${X} shop`,
    ]);
    expect(new Redactor().args('env', ['DB_PASSWORD=my long phrase'])).toEqual([
      `DB_PASSWORD=${X}`,
    ]);
  });

  test('a private key goes to its end, also where that was cut off', () => {
    const begin = '-----BEGIN OPENSSH PRIVATE KEY-----';
    const end = '-----END OPENSSH PRIVATE KEY-----';
    expect(text(`echo ${begin}\nAAAA\nBBBB\n${end} > f`)).toBe(`echo ${begin}${X}${end} > f`);
    expect(text(`echo ${begin}\nAAAA`)).toBe(`echo ${begin}${X}`);
  });

  test('a value whose name only looks secret goes where it looks random', () => {
    expect(text('STRIPE_SIG=9f8e7d6c5b4a39281706f5e4')).toBe(`STRIPE_SIG=${X}`);
    expect(text('sort key=name order=asc')).toBe('sort key=name order=asc');
  });
});

describe('what only looks like a secret stays', () => {
  const lines = [
    'cat /etc/shadow',
    'docker run -p 8080:80 nginx',
    'ssh -p 2222 root@host',
    'mkdir -p /tmp/password/token',
    'cat /var/run/secrets/kubernetes.io/serviceaccount/token',
    'app --password-file=/run/secrets/db --token-ttl 3600',
    'app --password=/run/secrets/db',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's variable in an argument
    'app --password=$DB_PASSWORD --token ${TOKEN}',
    'app --max-tokens=2048 --tokens 512',
    'llm max_tokens=2048 tokens=5000',
    'git commit -m fix-password-reset',
    'xmrig -o stratum+tcp://pool.example:3333 -u 48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ4fhdUyZijBGUicoD',
    'sha256sum 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'kubectl get secret -n payments',
    'kubectl get pods --namespace=token-service',
    'curl http://host:8080/path@version',
    'task-runner sk-node-pool-with-a-long-name-1',
    'mysql -u root -p shop',
    'psql -h db -p 5432 shop',
    'secretsdump.py --type=user --name=password',
    'find / -name *.key',
    'passwd root',
    'echo user:password',
    'fd.name=/etc/shadow command=cat /etc/shadow',
  ];
  test.each(lines)('%s', (line) => {
    expect(args(line)).toBe(line);
    expect(text(line)).toBe(line);
  });
});

test('what the arguments gave away is found in the sentence too', () => {
  const redactor = new Redactor();
  redactor.args('sshpass', ['-p', 'correct-horse', 'ssh', 'host']);
  expect(redactor.text('wrote correct-horse to the log')).toBe(`wrote ${X} to the log`);
  expect(redactor.count).toBeGreaterThan(0);
});

test('an ordinary text is counted as clean', () => {
  const redactor = new Redactor();
  redactor.text('Shell spawned by nginx | user=root command=sh -c id');
  expect(redactor.count).toBe(0);
});

describe('time grows with length, not faster', () => {
  const hostile: Record<string, string> = {
    quotes: `"'`,
    'open quotes after a key': `password="`,
    'urls without an end': '://a:',
    'key starts': '-----BEGIN PRIVATE KEY-----',
    tokens: 'eyJaaaaaaaa.',
    dashes: '-',
    'random letters': 'aB3',
    'password words': 'password ',
    equals: 'a=',
  };
  test.each(Object.entries(hostile))('%s', (_name, unit) => {
    const steps = (length: number): number => {
      const started = process.cpuUsage().user;
      text(unit.repeat(Math.ceil(length / unit.length)));
      return process.cpuUsage().user - started;
    };
    steps(4096);
    // A quadratic pattern over 128 KiB takes minutes; the test's own limit is ten seconds.
    expect(steps(131_072)).toBeGreaterThan(-1);
  });
});
