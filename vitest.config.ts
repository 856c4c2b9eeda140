import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const common = { setupFiles: ['test/setup.ts'], testTimeout: 60_000, pool: 'forks' as const };
/** Tests that replace modules of Node, or time processes: they want a process of their own. */
const alone = ['test/unit/cli/output.test.ts'];
const rest = ['test/*.test.ts', 'test/{action,browser,kernel,scenarios,soak}/**/*.test.ts'];
const together = ['test/unit/**/*.test.ts', 'test/agreement/**/*.test.ts', 'test/frontends/**/*.test.ts'];

export default defineConfig({
  test: {
    // One less is the default: on two processors that is one after the other.
    maxWorkers: availableParallelism(),
    projects: [
      // What is loaded for one file serves the next.
      { test: { ...common, name: 'shared', include: together, exclude: alone, isolate: false } },
      { test: { ...common, name: 'alone', include: [...rest, ...alone] } },
    ],
  },
});
