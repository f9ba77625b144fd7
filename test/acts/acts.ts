import type { Act } from './act.ts';
import { CREDENTIAL_ACTS } from './credential-acts.ts';
import { ESCAPE_ACTS } from './escape-acts.ts';
import { EVASION_ACTS } from './evasion-acts.ts';
import { EXECUTION_ACTS } from './execution-acts.ts';
import { MINER_ACTS } from './miner-acts.ts';
import { NETWORK_ACTS } from './network-acts.ts';
import { PERSISTENCE_ACTS } from './persistence-acts.ts';
import { PRIVILEGE_ACTS } from './privilege-acts.ts';
import { SHELL_ACTS } from './shell-acts.ts';

/** One entry for each rule of content/rules. */
export const ACTS: readonly Act[] = [
  ...MINER_ACTS,
  ...ESCAPE_ACTS,
  ...EXECUTION_ACTS,
  ...SHELL_ACTS,
  ...CREDENTIAL_ACTS,
  ...PERSISTENCE_ACTS,
  ...PRIVILEGE_ACTS,
  ...EVASION_ACTS,
  ...NETWORK_ACTS,
];
