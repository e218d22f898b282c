import { mutations } from '../../src/machines/linux/mutations.ts';
import { witnessAgainst } from '../machines/linux/mutants.ts';

/**
 * `npm run mutate [-- --json]`: for each kernel with one rule broken what notices it first: an invariant, the
 * ideal memory, the coupling, the cost of what it decides, or a recording. Exits with 1 if one survives.
 */
const json = process.argv.includes('--json');
const names = Object.keys(mutations);
const width = Math.max(...names.map(name => name.length));

const found = names.map(name => {
  const caughtBy = witnessAgainst(name) ?? null;
  if (!json) console.log(`${name.padEnd(width)}  ${caughtBy ?? 'SURVIVED'}`);
  return { name, caughtBy };
});
const survived = found.filter(({ caughtBy }) => caughtBy === null).length;
if (json) console.log(JSON.stringify(found, null, 2));
else console.log(`${found.length} mutations, ${survived} survived`);
process.exitCode = survived > 0 ? 1 : 0;
