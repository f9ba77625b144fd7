import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['test/vm/*.test.ts'], pool: 'forks' } });
