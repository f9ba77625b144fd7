import { parseIp } from '#engine/fields/address-text.ts';
import type { Operator } from '#engine/rules/ast.ts';
import { nearestName } from '#lib/nearest-name.ts';
import { EVENT_NAMES } from './event-types.ts';

/** What is wrong with a constant, and whether `skip-if-unknown-filter` may look past it. */
export interface ValueProblem {
  readonly message: string;
  readonly isUnknownName?: true;
}

const wrong = (message: string): ValueProblem => ({ message });

/** A constant that a field of a type is compared with. */
export function valueProblem(
  falcoType: string,
  operator: Operator,
  value: string,
): ValueProblem | undefined {
  if (operator === 'bcontains' || operator === 'bstartswith') {
    if (/^(?:[0-9a-fA-F]{2})+$/.test(value)) return undefined;
    return wrong(`bcontains and bstartswith operator support hex strings only, found "${value}"`);
  }
  return (CHECKS.get(falcoType) ?? checkNumber)(value);
}

export function eventNameProblem(name: string): ValueProblem | undefined {
  if (EVENT_NAMES.has(name)) return undefined;
  const near = nearestName(name, EVENT_NAMES);
  const suggestion = near === undefined ? '' : `: did you mean "${near}"?`;
  return { message: `unknown event type ${name}${suggestion}`, isUnknownName: true };
}

const ADDRESS_BYTES = { 4: 4, 6: 16 } as const;

type Check = (value: string) => ValueProblem | undefined;

const anything: Check = () => undefined;

const checkNumber: Check = (value) =>
  /^[ \t]*[+-]?[0-9]+$/.test(value) ? undefined : wrong(`${value} is not a valid number`);

const checkPort: Check = (value) => {
  if (value === '' || /^[0-9]+$/.test(value)) return undefined;
  return wrong(`unrecognized protocol ${value}: expected the port's number`);
};

const checkBool: Check = (value) =>
  value === 'true' || value === 'false'
    ? undefined
    : wrong(`unrecognized boolean value ${value}: expected true or false`);

const checkAddress: Check = (value) => {
  // A dot decides, as in Falco: it takes no IPv4 address in an IPv6 one.
  const version = value.includes('.') ? 4 : 6;
  if (parseIp(value)?.length === ADDRESS_BYTES[version]) return undefined;
  return wrong(`unrecognized IPv${version} address ${value}`);
};

const checkNet: Check = (value) => {
  const slash = value.indexOf('/');
  const [address, length] =
    slash < 0 ? [value, ''] : [value.slice(0, slash), value.slice(slash + 1)];
  const version = value.includes('.') ? 4 : 6;
  const bytes = parseIp(address)?.length;
  if (bytes !== ADDRESS_BYTES[version]) {
    return wrong(`unrecognized ${version === 4 ? 'IP' : 'IPv6'} address ${address}`);
  }
  if (slash < 0) {
    return wrong(`unrecognized IP network ${value}: expected an address, "/" and a length`);
  }
  if (!/^[0-9]+$/.test(length)) return wrong(`${length} is not a valid number`);
  return Number(length) <= bytes * 8 ? undefined : wrong(`invalid netmask ${length}`);
};

// Types that are not here are numbers: INT64, UINT32, PID, FD, ERRNO, RELTIME, FLAGS32 …
const CHECKS: ReadonlyMap<string, Check> = new Map([
  ['CHARBUF', anything],
  ['FSPATH', anything],
  ['FSRELPATH', anything],
  ['BYTEBUF', anything],
  ['DYNAMIC', anything],
  ['PORT', checkPort],
  ['BOOL', checkBool],
  ['IPADDR', checkAddress],
  ['IPV4ADDR', checkAddress],
  ['IPV6ADDR', checkAddress],
  ['IPNET', checkNet],
  ['IPV4NET', checkNet],
  ['IPV6NET', checkNet],
]);
