/**
 * What a secret looks like by itself, wherever it stands. Each row is a kind, the prefix that stays
 * (it tells the responder which credential to rotate) and the rest that is taken out.
 *
 * All rows become one expression, so a text is read once. Every repetition has an upper bound or is
 * of one class followed by nothing that it could also match: no input makes it go back and forth.
 */
const TOKENS: readonly (readonly [kind: string, prefix: string, rest: string])[] = [
  ['aws key id', 'A(?:KIA|SIA|BIA|CCA)', '[A-Z2-7]{16}(?![A-Za-z0-9])'],
  ['google api key', 'AIza', '[\\w-]{35}'],
  ['google oauth', 'ya29\\.', '[\\w-]{20,2048}'],
  ['google client secret', 'GOCSPX-', '[\\w-]{20,64}'],
  ['github', 'gh[pousr]_', '[A-Za-z0-9]{30,255}'],
  ['github fine-grained', 'github_pat_', '\\w{22,255}'],
  ['gitlab', 'gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt|oas|ffct)-', '[\\w.-]{20,255}'],
  ['slack', 'xox[abeoprs]-', '[\\w-]{10,255}'],
  ['slack app', 'xapp-', '\\d-[\\w-]{10,255}'],
  ['stripe', '(?:sk|rk)_(?:live|test)_', '[A-Za-z0-9]{16,255}'],
  ['webhook secret', 'whsec_', '[A-Za-z0-9+/=]{16,255}'],
  ['jwt', 'eyJ', '[\\w-]{8,8192}\\.[\\w-]{8,16384}(?:\\.[\\w-]{0,4096})?'],
  ['npm', 'npm_', '[A-Za-z0-9]{30,64}'],
  ['pypi', 'pypi-', '[\\w-]{32,1024}'],
  ['rubygems', 'rubygems_', '[a-f0-9]{48}'],
  ['docker hub', 'dckr_(?:pat|oat)_', '[\\w-]{20,255}'],
  ['vault', 'hv[sbr]\\.', '[\\w-]{20,512}'],
  ['terraform', '\\w{14}\\.atlasv1\\.', '[\\w-]{40,255}'],
  ['sendgrid', 'SG\\.', '[\\w-]{16,64}\\.[\\w-]{16,64}'],
  ['twilio', 'SK', '[0-9a-f]{32}(?![A-Za-z0-9])'],
  ['mailgun', 'key-', '[0-9a-f]{32}(?![A-Za-z0-9])'],
  ['language model', 'sk-(?:ant|proj|or|svcacct)-', '[\\w-]{20,512}'],
  ['language model, older', 'sk-', '[A-Za-z0-9]{32,128}'],
  ['hugging face', 'hf_', '[A-Za-z0-9]{30,64}'],
  ['digitalocean', 'do[opr]_v1_', '[a-f0-9]{64}'],
  ['telegram', '\\d{8,10}:AA', '[\\w-]{33}'],
  ['shopify', 'shp(?:at|ca|pa|ss)_', '[a-fA-F0-9]{32}'],
  ['square', 'sq0[a-z]{3}-', '[\\w-]{22,64}'],
  ['new relic', 'NRAK-', '[A-Z0-9]{27}'],
  ['grafana', 'gl(?:sa|c)_', '[\\w+/=]{32,512}'],
  ['planetscale', 'pscale_(?:tkn|pw|oauth)_', '[\\w.-]{32,128}'],
  ['linear', 'lin_api_', '[A-Za-z0-9]{32,64}'],
  ['atlassian', 'ATATT3', '[\\w=-]{32,512}'],
  ['databricks', 'dapi', '[a-f0-9]{32}'],
  ['age key', 'AGE-SECRET-KEY-1', '[A-Z0-9]{50,64}'],
  ['sentry', 'sntrys_', '[\\w+/=-]{32,512}'],
  ['pulumi', 'pul-', '[a-f0-9]{40}'],
  ['doppler', 'dp\\.(?:pt|st|ct|sa|scim|audit)\\.', '[A-Za-z0-9]{32,64}'],
  ['fly', 'fm[12][ar]?_', '[\\w+/=,-]{32,4096}'],
  ['azure client secret', '[\\w~.-]{3}8Q~', '[\\w~.-]{31,34}'],
  ['password hash', '\\$(?:1|2[abxy]|5|6|7|y|gy|argon2(?:id|i|d))\\$', '[\\w./$=,+-]{16,255}'],
];

/** A secret is shown as this; what stood before it is kept. */
export const REDACTED = '[redacted]';

/**
 * Takes one secret out; `secret` is what is to be found nowhere else either, where that is known.
 */
export interface SecretPattern {
  readonly pattern: RegExp;
  /** Gets the match and its groups; gives the replacement, or undefined to leave it. */
  readonly replace: (match: string, groups: readonly (string | undefined)[]) => string | undefined;
}

const firstGroup = (_match: string, groups: readonly (string | undefined)[]): string =>
  `${groups.find((group) => group !== undefined) ?? ''}${REDACTED}`;

const aroundSecret = (_match: string, [before, , after]: readonly (string | undefined)[]): string =>
  `${before ?? ''}${REDACTED}${after ?? ''}`;

/** In the order in which they are applied: the most telling form first. */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
  {
    // A private key is taken out to its end, or to the end of the text where that was cut off.
    pattern:
      /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)((?:(?!-----END)[\s\S])*)(-----END [A-Z0-9 ]{0,40}-----)?/g,
    replace: aroundSecret,
  },
  {
    pattern: new RegExp(
      `(?<![A-Za-z0-9_])(?:${TOKENS.map(([, prefix, rest]) => `(${prefix})${rest}`).join('|')})`,
      'g',
    ),
    replace: firstGroup,
  },
  {
    // https://user:password@host, amqp://…; the password alone.
    pattern: /(:\/\/[^\s:@/'"]{0,128}:)([^\s@/'"]{1,512})(@)/g,
    replace: (match, groups) =>
      isPlaceholder(groups[1] ?? '') ? undefined : aroundSecret(match, groups),
  },
  {
    // https://TOKEN@host: a user name alone, unless it is too long and too random for one.
    pattern: /(:\/\/)([\w~.-]{20,255})(@)/g,
    replace: (match, groups) =>
      looksRandom(groups[1] ?? '') ? aroundSecret(match, groups) : undefined,
  },
  {
    pattern:
      /(hooks\.slack\.com\/services\/|discord(?:app)?\.com\/api\/webhooks\/\d{1,24}\/|webhook\.office\.com\/webhookb2\/)([\w@/-]{16,512})/gi,
    replace: aroundSecret,
  },
  {
    pattern:
      /((?:proxy-)?authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:\w{1,20} )?)([^\s"',;]{4,16384})/gi,
    replace: aroundSecret,
  },
  {
    pattern: /(\bbearer )([\w.~+/=-]{12,16384})/gi,
    replace: aroundSecret,
  },
  {
    pattern: /(\b(?:set-)?cookie: {0,4})([^"'\r\n]{4,16384})/gi,
    replace: aroundSecret,
  },
];

/**
 * What stands where a secret would, without being one: a variable, a template, a word for nothing.
 */
export function isPlaceholder(value: string): boolean {
  if (value.length < 2 || value.includes(REDACTED)) return true;
  return /^(?:\$[\w({].*|%\w?|%\(.*|\{\{.*|<[^>]*>?|\*+|x{3,}|true|false|yes|no|on|off|null|none|nil|undefined|stdin|prompt)$/i.test(
    value,
  );
}

/**
 * An absolute path of at least two parts: the file that holds a secret, which a responder needs.
 */
export function isPath(value: string): boolean {
  return /^(?:file:\/\/|@|\.{0,2})(?:\/[\w.@%+-]{1,255}){2,64}\/?$/.test(value);
}

/**
 * Whether a value has the mixture of a generated secret: Shannon entropy a character, and a digit.
 */
export function looksRandom(value: string): boolean {
  if (value.length < 16 || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return entropyBits(value.slice(0, ENTROPY_CHARS)) >= RANDOM_BITS;
}

// English words joined by dashes have about 3 bits a character, hexadecimal digits at most 4 and at
// 16 characters seldom below 2.9; base64 of 32 and more above 4.
const RANDOM_BITS = 3.1;
const ENTROPY_CHARS = 256;

function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values())
    bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
