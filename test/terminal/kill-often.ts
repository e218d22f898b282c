import { writeDist } from '../../src/build/bundle.ts';
import { drawsFrom } from '../../src/study/random.ts';
import { killWhilePlaying } from './kill.ts';

/** `npm run test:kill [-- RUNS [SEED]]`: 200 games, each killed at a random moment; exit 1 if anything was lost. */
const [runs = '200', seed = String(Date.now() % 2 ** 32)] = process.argv.slice(2);
console.log(`${runs} games, seed ${seed}`);
await writeDist();
const shown = await killWhilePlaying(Number(runs), drawsFrom(Number(seed)));
console.log(`${shown} results were shown; all of them were saved.`);
