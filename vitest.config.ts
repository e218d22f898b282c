import { defineConfig } from 'vitest/config';

/** Tests that start the built game; the bundle is made anew before them. */
const built = ['test/terminal/**/*.test.ts', 'test/build/package.test.ts'];

export default defineConfig(({ mode }) => {
  const common = {
    pool: 'forks' as const,
    /** The longest takes half a minute by itself; several times that where other work runs beside it. */
    testTimeout: 300_000,
    hookTimeout: 120_000,
    setupFiles: ['test/setup.ts'],
    env: { RANDOM_VALUES: mode === 'random' ? 'new' : 'same' },
  };
  return {
    test: {
      // By default one core of several is left idle; on two that is half of them.
      maxWorkers: '100%',
      reporters: process.env['CI'] ? ['default', 'json'] : ['default'],
      outputFile: { json: 'node_modules/.cache/vitest.json' },
      projects: [
        {
          test: {
            ...common,
            name: 'source',
            isolate: false,
            include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
            exclude: built,
            globalSetup: 'test/temporary.ts',
          },
        },
        {
          test: {
            ...common,
            name: 'built',
            include: built,
            globalSetup: ['test/temporary.ts', 'test/terminal/build.ts'],
          },
        },
      ],
    },
  };
});
