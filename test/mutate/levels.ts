import { judge, OwnFault, type Situation } from '../../src/judge/judge.ts';
import { racesOf } from '../../src/judge/race.ts';
import { tryDecision } from '../../src/judge/trial.ts';
import { sameSeen } from '../../src/language/moves.ts';
import { answer, begin, optimalNext, question } from '../../src/levels/course.ts';
import type { Level } from '../../src/levels/level.ts';
import { library } from '../../src/levels/library.ts';
import { programFor, variantsOf } from '../../src/levels/variants.ts';
import { isWatched } from '../../src/levels/watch.ts';
import { type AnyMachine, type Choice, type Field, isTrap } from '../../src/machines/machine.ts';
import { machineOf } from '../../src/machines/registry.ts';

/** Where a level notices a broken kernel, and by what. */
export interface Witness {
  readonly level: string;
  /** Counts from 0. */
  readonly variant: number;
  readonly verdict: string;
}

/**
 * Which level notices a broken Linux by a verdict. The kernel answers the faults of the whole program: a decision of
 * it is judged wrong or wasteful (of a level in detail with all fields that it asks), or a process is shown what the
 * ideal memory does not allow, or the kernel does not do what is foretold of the whole one.
 * @param guess where to look first
 * @returns undefined where no level does
 */
export function levelAgainst(kernel: string, guess?: Witness): Witness | undefined {
  const all = playable().flatMap(level => [...variantsOf(level).keys()].map(variant => ({ level, variant })));
  const isGuess = ({ level, variant }: (typeof all)[number]) =>
    level.id === guess?.level && variant === guess.variant;
  for (const { level, variant } of [...all.filter(isGuess), ...all]) {
    const verdict = noticedIn(level, variant, kernel);
    if (verdict !== undefined) return { level: level.id, variant, verdict };
  }
  return undefined;
}

/** Not where several CPUs are let loose, or where read-only entries may not hold for the kernel's own stores. */
const playable = (): Level[] =>
  library.levels.filter(level => {
    const isRace = level.depth === 'order' || (level.depth === 'break' && !isWatched(level));
    const holds = [undefined, 'checked'].includes(level.settings?.['wp']);
    return level.system === 'linux' && level.rules === '6.x' && !isRace && holds;
  });

/** What a variant of a level notices about a broken kernel. */
export function noticedIn(level: Level, variant: number, kernel: string): string | undefined {
  const verdict = judgedIn(level, variant, kernel);
  return verdict ?? (level.depth === 'predict' ? foretoldIn(level, variant, kernel) : undefined);
}

function judgedIn(level: Level, variant: number, kernel: string): string | undefined {
  const machine: AnyMachine = machineOf(level.system)!;
  const { program } = programFor(level, variant);
  const world = machine.boot(program, kernel);
  const ideal = machine.ideal.boot(program, kernel);
  for (const move of program.moves) {
    let result = machine.step(world, move);
    for (let tries = 0; isTrap(result); tries++) {
      const situation: Situation = { world, ideal, move, fault: result };
      const choice = machine.best(world, result);
      if (tries > 4 || !tryDecision(machine, situation, inDetail(machine, level, choice)).right)
        return 'a wrong decision';
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

/** The decision with the fields that the level asks, each as the whole kernel has it. */
function inDetail(machine: AnyMachine, level: Level, choice: Choice): Choice {
  const fields = ((machine.details ?? []) as readonly Field[]).filter(
    ({ id, when }) => level.asks?.includes(id) && when?.['do']?.includes(choice.do),
  );
  return { ...choice, ...Object.fromEntries(fields.map(({ id, options }) => [id, options[0]!])) };
}

/** Is it a decision of another name than the whole kernel's, that would be right and wasteful if that carried it out? */
function isWasteful(machine: AnyMachine, { world, ideal, move, fault }: Situation, choice: Choice): boolean {
  const whole = machine.clone(world);
  racesOf(machine).become(whole, 'whole');
  if (machine.format(machine.best(whole, fault)) === machine.format(choice)) return false;
  const offers = machine.offers(whole, fault, machine.decisions);
  return judge(machine, { world: whole, ideal, move, fault }, choice, offers).verdict === 'wasteful';
}

/** Foretells of the broken kernel, access by access, what the whole one would do. */
function foretoldIn(level: Level, variant: number, kernel: string): string | undefined {
  try {
    let whole = begin(level, variant);
    let broken = begin({ ...level, rules: kernel }, variant);
    while (question(whole) !== undefined) {
      const [right] = optimalNext(whole);
      const { verdict, next } = answer(broken, right!.decision);
      if (verdict !== 'optimal') return 'what is foretold does not happen';
      whole = right!.next;
      broken = next!;
    }
    return undefined;
  } catch (error) {
    // What the kernel shows, or does not bring to an end, the ideal does not allow.
    if (error instanceof OwnFault) return 'a result that nobody may see';
    throw error;
  }
}
