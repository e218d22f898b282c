import fc from 'fast-check';

/** The same random values in every run, so that a red run is red again; `npm run test:random` draws others. */
if (process.env['RANDOM_VALUES'] !== 'new') fc.configureGlobal({ seed: 20_201_105 });
