import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Most of what the tests do is wait, for the emulators or for a moment to pass.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'functions/src/**/*.test.ts',
            'functions/test/**/*.test.ts',
            'tools/**/*.test.ts',
            'hosting/src/**/*.test.{ts,tsx}',
          ],
          exclude: ['**/*.{integration,deploy,system}.test.ts', '**/node_modules/**'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['functions/**/*.integration.test.ts', 'tools/**/*.integration.test.ts'],
          exclude: ['**/node_modules/**', 'functions/lib/**'],
          globalSetup: ['functions/test/harness/global-setup.ts'],
          setupFiles: ['functions/test/harness/setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'deploy',
          include: ['functions/test/**/*.deploy.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['tools/**/*.system.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
