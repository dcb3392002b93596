import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/stage/order.ts';

// Each file has a database and a server of its own; to load all modules anew for each costs more than most of the tests.
const isolate = false;
const cores = Math.max(2, availableParallelism());

export default defineConfig({
  test: {
    globalSetup: ['tests/stage/postgres.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['server/**/*.test.ts', 'shared/**/*.test.ts', 'web/**/*.test.ts'],
          isolate,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: cores,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          isolate,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // They wait about half of their time: for a retry, for a lease, for a probe.
          maxWorkers: cores + 1,
          sequence: { groupOrder: 1 },
          expect: { poll: { timeout: 30_000 } },
          // A machine under load may starve a browser for a moment; what fails twice is a fault.
          retry: 1,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
