import { expect, test } from 'vitest';
import { fuzzRingOnce } from './ring.ts';

const isLinux = process.platform === 'linux';

test.skipIf(!isLinux)(
  'the ring decoder survives what no kernel writes, and reads the rest',
  () => {
    const inputs = 10_000;
    let seen = 0;
    for (let seed = 1; seed <= inputs; seed++) seen += fuzzRingOnce(seed);
    expect(seen).toBeGreaterThan(inputs);
  },
  60_000,
);
