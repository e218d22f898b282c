import { judge, type Situation } from '../../src/judge/judge.ts';
import { racesOf } from '../../src/judge/race.ts';
import { tryDecision } from '../../src/judge/trial.ts';
import { sameSeen } from '../../src/language/moves.ts';
import type { Level } from '../../src/levels/level.ts';
import { library } from '../../src/levels/library.ts';
import { programFor, variantsOf } from '../../src/levels/variants.ts';
import { isWatched } from '../../src/levels/watch.ts';
import { type AnyMachine, type Choice, isTrap } from '../../src/machines/machine.ts';
import { machineOf } from '../../src/machines/registry.ts';

/**
 * Which level notices a broken kernel by a verdict: the kernel answers the faults of the whole program, and a decision
 * of it is judged wrong or wasteful, or a process is shown what the ideal memory does not allow.
 * @returns the level and what it noticed; undefined where no level does
 */
export function levelAgainst(kernel: string): string | undefined {
  for (const level of library.levels) {
    // Not where several CPUs are let loose, or where CR0.WP is another than that of the broken kernel.
    const isRace = level.depth === 'order' || (level.depth === 'break' && !isWatched(level));
    if (level.system !== 'linux' || level.rules !== '6.x' || isRace || level.settings?.['wp'] !== undefined)
      continue;
    for (const variant of variantsOf(level).keys()) {
      const noticed = noticedIn(level, variant, kernel);
      if (noticed !== undefined) return `${level.id}: ${noticed}`;
    }
  }
  return undefined;
}

function noticedIn(level: Level, variant: number, kernel: string): string | undefined {
  const machine: AnyMachine = machineOf(level.system)!;
  const { program } = programFor(level, variant);
  const world = machine.boot(program, level.rules);
  const ideal = machine.ideal.boot(program, level.rules);
  racesOf(machine).become(world, kernel);
  for (const move of program.moves) {
    let result = machine.step(world, move);
    for (let tries = 0; isTrap(result); tries++) {
      const situation: Situation = { world, ideal, move, fault: result };
      const choice = machine.best(world, result);
      if (tries > 4 || !tryDecision(machine, situation, choice).right) return 'a wrong decision';
      if (isWasteful(machine, situation, choice)) return 'a wasteful decision';
      machine.apply(world, result, choice);
      result = machine.step(world, move);
    }
    const allowed = machine.ideal.expect(ideal, move);
    const seen = result;
    if (!allowed.some(each => sameSeen(each, seen))) return 'a result that nobody may see';
    machine.ideal.advance(ideal, move, seen);
  }
  return undefined;
}

/** Is it a decision of another name than the whole kernel's, that would be right and wasteful if that carried it out? */
function isWasteful(machine: AnyMachine, { world, ideal, move, fault }: Situation, choice: Choice): boolean {
  const whole = machine.clone(world);
  racesOf(machine).become(whole, 'whole');
  if (machine.format(machine.best(whole, fault)) === machine.format(choice)) return false;
  const offers = machine.offers(whole, fault, machine.decisions);
  return judge(machine, { world: whole, ideal, move, fault }, choice, offers).verdict === 'wasteful';
}
