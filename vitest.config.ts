import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/bench/**', 'test/vm/**', 'node_modules/**'],
    pool: 'forks',
    // Many files watch, flood or stop the one kernel that they share: one at a time.
    fileParallelism: false,
    testTimeout: 10_000,
    // A sensor's end waits for the kernel, which lets go of one after the other.
    hookTimeout: 60_000,
    // A machine that stalls for a second fails a test of the real kernel once, not twice.
    retry: 1,
  },
});
