import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
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
          exclude: ['**/*.integration.test.ts', '**/node_modules/**'],
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
    ],
  },
});
