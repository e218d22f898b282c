import { mutations as boot } from '../../src/machines/boot/mutations.ts';
import { mutations as hurd } from '../../src/machines/hurd/mutations.ts';
import { housekeepingMutations as housekeeping } from '../../src/machines/linux/housekeeping-mutations.ts';
import { mutations as linux } from '../../src/machines/linux/mutations.ts';
import { mutations as xen } from '../../src/machines/xen/mutations.ts';
import { witnessAgainst as againstBoot } from '../machines/boot/mutants.ts';
import { witnessAgainst as againstHurd } from '../machines/hurd/noticed.ts';
import { witnessAgainst as againstLinux } from '../machines/linux/mutants.ts';
import { witnessAgainst as againstXen } from '../machines/xen/mutants.ts';
import { mutateInLevels } from './in-levels.ts';

/**
 * `npm run mutate [-- --json]`: for each system with one rule broken what notices it first: an invariant, the
 * ideal memory, the coupling, the cost of what it decides, or a recording. Exits with 1 if one survives.
 * `npm run mutate -- --levels`: which level of the game notices each broken Linux by a verdict. Exits with 1 if there
 * is one that no level notices, and lists them.
 */
const json = process.argv.includes('--json');
if (process.argv.includes('--levels')) process.exitCode = mutateInLevels(json);
else process.exitCode = mutate();

function mutate(): number {
  const suspects = [
    ...Object.keys({ ...linux, ...housekeeping }).map(name => ({
      system: 'linux',
      name,
      witness: againstLinux,
    })),
    ...Object.keys(hurd).map(name => ({ system: 'hurd', name, witness: againstHurd })),
    ...Object.keys(xen).map(name => ({ system: 'xen', name, witness: againstXen })),
    ...Object.keys(boot).map(name => ({ system: 'boot', name, witness: againstBoot })),
  ];
  const width = Math.max(...suspects.map(({ name }) => name.length));
  const found = suspects.map(({ system, name, witness }) => {
    const caughtBy = witness(name) ?? null;
    if (!json) console.log(`${system.padEnd(5)}  ${name.padEnd(width)}  ${caughtBy ?? 'SURVIVED'}`);
    return { system, name, caughtBy };
  });
  const survived = found.filter(({ caughtBy }) => caughtBy === null).length;
  if (json) console.log(JSON.stringify(found, null, 2));
  else console.log(`${found.length} mutations, ${survived} survived`);
  return survived > 0 ? 1 : 0;
}
