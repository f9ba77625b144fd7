/**
 * The hashes of bpf/filter.h, bit for bit: a path test that user space puts into a filter's bitmap
 * must be found by the kernel program. Names are bytes; eight at a time, little-endian.
 */
const MASK = 0xffff_ffff_ffff_ffffn;
const SEED = 0x9e37_79b9_7f4a_7c15n;
const FACTOR = 0xff51_afd7_ed55_8ccdn;
const HASHED_BYTES = 64;
const PART_SALT = 0x2545_f491_4f6c_dd1dn;
const BASENAME_SALT = 0xc4ce_b9fe_1a85_ec53n;
const PORT_SALT = 0x94d0_49bb_1331_11ebn;

function mix(hash: bigint, word: bigint): bigint {
  const mixed = ((hash ^ word) * FACTOR) & MASK;
  return mixed ^ (mixed >> 32n);
}

/** The hash of one name of a path: a byte string without "/". */
export function hashName(name: string): bigint {
  const padded = Buffer.alloc(Math.min((name.length + 7) & ~7, HASHED_BYTES));
  padded.write(name, 'latin1');
  let hash = SEED ^ BigInt(name.length);
  for (let at = 0; at < padded.length; at += 8) hash = mix(hash, padded.readBigUInt64LE(at));
  return hash;
}

/** The hash of a path's first names. */
export function hashPrefix(names: readonly string[]): bigint {
  return names.reduce((hash, name) => mix(hash, hashName(name)), SEED);
}

/** The hash of a path's last name. */
export function hashBasename(name: string): bigint {
  return mix(hashName(name), BASENAME_SALT);
}

/** Of a prefix that ends within a name: bytes of that name which count. */
export const PART_BYTES = 8;

/** The hash of a path's first names and the beginning of the next, at most PART_BYTES of it. */
export function hashPart(names: readonly string[], part: string): bigint {
  const word = Buffer.alloc(PART_BYTES);
  word.write(part, 'latin1');
  return mix(mix(hashPrefix(names), PART_SALT + BigInt(part.length)), word.readBigUInt64LE());
}

/** The hash of the names before such a beginning, which says that there is one. */
export function hashPartParent(names: readonly string[]): bigint {
  return mix(hashPrefix(names), PART_SALT);
}

/** The hash of a port that messages go to. */
export function hashPort(port: number): bigint {
  return mix(PORT_SALT, BigInt(port));
}
