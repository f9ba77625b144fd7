import type { ContainerOptions } from '#test/harness/run-container.ts';

/** Something done for real, in a container of its own or on the host. */
export interface Deed {
  /** In words, for the test's name. */
  readonly says: string;
  /** Run by `/bin/sh -c`; on the host in an empty directory of its own. */
  readonly script: string;
  /** Default: a container. */
  readonly where?: 'host';
  readonly container?: Partial<ContainerOptions>;
  /** Paths in the image where the actor (programs/actor.c) stands under another name. */
  readonly programs?: readonly string[];
  /** Needs a processor for itself for a while: done when all others are. */
  readonly isSlow?: boolean;
  /** Paths in the image of a 32-bit program that does nothing. */
  readonly oldPrograms?: readonly string[];
  /** As `programs`, in a volume: neither in the image nor in the container's own layer. */
  readonly volumePrograms?: readonly string[];
}

/** What shows that a rule works: the act that it is for, and one that only looks like it. */
export interface Act {
  /** The rule's name. */
  readonly rule: string;
  readonly act: Deed;
  /** Name (comm) of the process that the finding must be about. */
  readonly process: string;
  readonly lookalike: Deed;
}

/** Capabilities and the like that some deeds need. */
export const NET_ADMIN = { capabilities: ['CAP_NET_ADMIN'] } as const;
export const PRIVILEGED = { privileged: true } as const;

/** Gives the container an address, so that connecting to it gets an answer without leaving it. */
export function ownAddress(ip: string): string {
  return `/bin/ip addr add ${ip} dev lo`;
}
