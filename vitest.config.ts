import { defineConfig } from 'vitest/config';

/** Tests that start the built game; the bundle is made anew before them. */
const built = ['test/terminal/**/*.test.ts', 'test/build/package.test.ts'];

const common = { pool: 'forks', testTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    reporters: process.env['CI'] ? ['default', 'json'] : ['default'],
    outputFile: { json: 'node_modules/.cache/vitest.json' },
    projects: [
      {
        test: {
          ...common,
          name: 'source',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: built,
        },
      },
      {
        test: { ...common, name: 'built', include: built, globalSetup: 'test/terminal/build.ts' },
      },
    ],
  },
});
