import { REDACT_KEYS_MAX } from '#model/limits.ts';
import { isPath, isPlaceholder, looksRandom, REDACTED } from './secret-patterns.ts';

/**
 * Secrets that only their place gives away: the value of a key (`password=…`, `--token …`) and what
 * a known program takes for one (`mysql -p…`, `curl -u user:…`). Words are looked at one by one
 * with what stood before them, so the cost is linear and nothing but a value is ever taken out.
 */

/** Keys whose value is a secret whatever it looks like. */
const STRONG_KEY =
  /passw(?:or)?d|passwd|passphrase|\bpwd\b|pgpass|secret|token|api_?key|access_?key|private_?key|signing_?key|encryption_?key|master_?key|account_?key|auth_?key|credential|connection_?string|client_?pass/;
/** Keys that often name one: the value must look random as well. */
const WEAK_KEY =
  /key|auth|cred|\bpass\b|\bpw\b|sig|signature|session|cookie|salt|seed|code|\bsas\b|dsn|nonce/;
/** What a key is about when it ends so: where a secret is, not what it is. */
const ABOUT_KEY =
  /(?:file|path|dir|name|ttl|url|uri|host|policy|length|len|size|type|ids?|count|timeout|expiry|expires|ref|mount|lifetime|version|provider|endpoint|scope|prompt|enabled|required|store|manager|method|mode|format|class|audience|issuer|review|projection|limit|usage|source|driver|backend|stdin|fd|env|helper|namespace|annotation|label|max|min|budget|per_second|cmd|command)$/;

type Strength = 'strong' | 'weak' | 'none';

// A machine's command lines name the same few hundred keys again and again.
const strengths = new Map<string, Strength>();

function keyStrength(key: string): Strength {
  const known = strengths.get(key);
  if (known !== undefined) return known;
  if (strengths.size >= REDACT_KEYS_MAX) strengths.clear();
  const strength = judgeKey(key);
  strengths.set(key, strength);
  return strength;
}

function judgeKey(key: string): Strength {
  const name = key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[-.]/g, '_')
    .replace(/^_+|_+$/g, '');
  if (ABOUT_KEY.test(name) || /^(?:no|max|min|num|use|with|allow|require|list|get)_/.test(name)) {
    return 'none';
  }
  const words = name.replace(/_/g, ' ');
  if (STRONG_KEY.test(name) || STRONG_KEY.test(words)) return 'strong';
  return WEAK_KEY.test(name) || WEAK_KEY.test(words) ? 'weak' : 'none';
}

/** Whether `value` is a secret that `key` names. */
export function isSecretValue(key: string, value: string): boolean {
  if (isPlaceholder(value) || isPath(value)) return false;
  const strength = keyStrength(key);
  if (strength === 'none') return false;
  return !isCount(key, value) && (strength === 'strong' || looksRandom(value));
}

/** Counts of tokens and keys are no secrets; a password may be six digits. */
function isCount(key: string, value: string): boolean {
  return /token|key/i.test(key) && /^\d{1,7}$/.test(value);
}

/** How a program takes a secret. */
interface SecretFlag {
  readonly flag: string;
  /** `-pSECRET`, `--user=SECRET`. */
  readonly joined?: boolean;
  /** The next word. */
  readonly separate?: boolean;
  /** Only what follows the first of these characters: `user:SECRET`. */
  readonly after?: string;
  /** Only after this word: `docker login -p SECRET`, not `docker run -p 80:80`. */
  readonly verb?: string;
}

const USER_COLON = { separate: true, joined: true, after: ':' } as const;
const JOINED: readonly SecretFlag[] = [{ flag: '-p', joined: true }];
const NEXT: readonly SecretFlag[] = [{ flag: '-p', separate: true }];
const BOTH: readonly SecretFlag[] = [{ flag: '-p', joined: true, separate: true }];
const LOGIN: readonly SecretFlag[] = [{ flag: '-p', joined: true, separate: true, verb: 'login' }];
const LDAP: readonly SecretFlag[] = [{ flag: '-w', joined: true, separate: true }];
const CURL: readonly SecretFlag[] = ['-u', '--user', '-U', '--proxy-user'].map((flag) => ({
  flag,
  ...USER_COLON,
}));
const SMB: readonly SecretFlag[] = ['-U', '--user'].map((flag) => ({
  flag,
  joined: true,
  separate: true,
  after: '%',
}));
const OPENSSL: readonly SecretFlag[] = [
  ...['-passin', '-passout', '-pass'].map((flag) => ({ flag, separate: true, after: ':' })),
  { flag: '-k', separate: true },
];

const FLAGS_OF: readonly (readonly [programs: string, flags: readonly SecretFlag[]])[] = [
  ['mysql mysqldump mysqladmin mysqlimport mariadb mariadb-dump mariadb-admin xtrabackup', JOINED],
  ['7z 7za 7zr rar unrar', JOINED],
  ['sshpass useradd usermod', BOTH],
  ['docker podman nerdctl buildah skopeo crane helm oras az oc argocd cosign', LOGIN],
  ['mongo mongosh mongodump mongorestore cqlsh smbmap', NEXT],
  ['redis-cli valkey-cli', [{ flag: '-a', separate: true }]],
  ['sqlcmd bcp', [{ flag: '-P', joined: true, separate: true }]],
  ['curl', CURL],
  ['http https xh', [{ flag: '-a', ...USER_COLON }]],
  ['lftp', [{ flag: '-u', separate: true, after: ',' }]],
  ['ldapsearch ldapmodify ldapadd ldapdelete ldapwhoami ldappasswd', LDAP],
  ['smbclient rpcclient', SMB],
  ['zip unzip ipmitool', [{ flag: '-P', separate: true }]],
  ['plink pscp psftp', [{ flag: '-pw', separate: true }]],
  ['xfreerdp', [{ flag: '/p:', joined: true }]],
  ['openssl', OPENSSL],
  // They take what sshpass and sudo start; their own -p is a port or a path.
  ['ssh scp sftp rsync git tar mkdir cp nc ncat kubectl', []],
];

const PROGRAMS: ReadonlyMap<string, readonly SecretFlag[]> = new Map(
  FLAGS_OF.flatMap(([programs, flags]) =>
    programs.split(' ').map((name) => [name, flags] as const),
  ),
);

/** Words whose next word is a secret, whatever the program: `aws configure set KEY value`. */
const VERBS = new Set(['aws_secret_access_key', 'aws_session_token', '_authtoken', '_password']);

/**
 * Goes through the words of one command line in order and gives each back, its secret taken out.
 * `found` is told every secret value.
 */
export class SecretWords {
  private readonly found: (value: string) => void;
  private program: readonly SecretFlag[] = [];
  private verbs = new Set<string>();
  /** The next word is a secret: wholly (''), or after a character. */
  private expects: string | undefined = undefined;
  /** The flag that said so. */
  private key = '';

  constructor(found: (value: string) => void) {
    this.found = found;
  }

  next(word: string): string {
    const { expects } = this;
    this.expects = undefined;
    if (expects !== undefined && !word.startsWith('--')) {
      return isCount(this.key, word) ? word : this.cut(word, expects);
    }
    if (/^(?:\|\|?|&&?|;)$/.test(word)) this.program = [];
    const program = PROGRAMS.get(word.replace(/^.*[/="'(]/s, ''));
    if (program !== undefined) {
      this.program = program;
      this.verbs = new Set();
      return word;
    }
    if (this.program.length > 0 && /^[a-z]{1,16}$/.test(word)) this.verbs.add(word);
    return this.flag(word) ?? this.named(word);
  }

  /** A flag of the program at hand. */
  private flag(word: string): string | undefined {
    for (const { flag, joined, separate, after = '', verb } of this.program) {
      if (!word.startsWith(flag) || (verb !== undefined && !this.verbs.has(verb))) continue;
      if (word === flag) {
        if (separate === true) this.expects = after;
        this.key = flag;
        return word;
      }
      const start = flag.length + (flag.startsWith('--') ? 1 : 0);
      if (joined !== true || (start > flag.length && word[flag.length] !== '=')) continue;
      return word.slice(0, start) + this.cut(word.slice(start), after);
    }
    return undefined;
  }

  /** `--password`, whose value is the next word, and `KEY=value`. */
  private named(word: string): string {
    const match = /^(-{0,2})([A-Za-z_][\w.-]{0,128})(?:=([\s\S]*))?$/.exec(word);
    if (match === null) return word;
    const [, dashes = '', key = '', value] = match;
    if (value === undefined) {
      const isFlag = dashes === '--' || (dashes === '-' && key.length > 3);
      if ((isFlag && keyStrength(key) === 'strong') || VERBS.has(key.toLowerCase())) {
        this.expects = '';
        this.key = key;
      }
      return word;
    }
    if (!isSecretValue(key, unquoted(value))) return word;
    return word.slice(0, word.length - value.length) + this.cut(value, '');
  }

  /** Takes out a value, or what follows the first `after` in it; quotes around it stay. */
  private cut(value: string, after: string): string {
    const from = after === '' ? 0 : value.indexOf(after) + 1;
    if (after !== '' && from === 0) return value;
    const bare = unquoted(value.slice(from));
    if (isPlaceholder(bare) || (after === '' && isPath(bare))) return value;
    this.found(bare);
    const start = value.indexOf(bare, from);
    return value.slice(0, start) + REDACTED + value.slice(start + bare.length);
  }
}

function unquoted(value: string): string {
  const quote = value[0];
  if (quote !== '"' && quote !== "'") return value.replace(/["',;)]{1,4}$/, '');
  const end = value.indexOf(quote, 1);
  return end < 0 ? value.slice(1) : value.slice(1, end);
}
