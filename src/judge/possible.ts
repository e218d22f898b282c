import { type Move, type Seen, sameSeen } from '../language/moves.ts';
import type { AnyMachine } from '../machines/machine.ts';
import { classify, type IdealState, type Outcome, type World } from './run.ts';
import type { Verdict } from './verdict.ts';

/**
 * The ideal memory while several CPUs are at work. A system call takes effect at one moment between its first
 * step and its return, and nobody can say at which: so there are as many ideals as what was seen leaves open.
 */

/** A system call that has begun and not returned, by the place of its process in the cast. */
export interface UnderWay {
  readonly by: number;
  readonly move: Move;
}

export interface Possible {
  readonly ideal: IdealState;
  /** What calls that are under way and have taken effect may show when they return. */
  readonly effects: ReadonlyMap<number, readonly Seen[]>;
}

const NO_EFFECTS: Possible['effects'] = new Map();

export const onlyPossible = (ideal: IdealState): readonly Possible[] => [{ ideal, effects: NO_EFFECTS }];

export interface Witnessed {
  /** What is still possible; where nothing is, the first as if the allowed had been seen. */
  readonly ideals: readonly Possible[];
  readonly expected: Seen;
  readonly verdict: Verdict | undefined;
}

/** Holds what an access showed against all that is possible. */
export function witnessAccess(
  machine: AnyMachine,
  world: World,
  before: readonly Possible[],
  underWay: readonly UnderWay[],
  move: Move,
  seen: Outcome,
): Witnessed {
  const all = withEffects(machine, world, before, underWay);
  const expects = all.map(({ ideal }) => machine.ideal.expect(ideal, move) as readonly Seen[]);
  const verdict = classify(expects.flat(), seen, machine.trespass(world));
  const fits = (expected: readonly Seen[]): Seen | undefined =>
    seen.kind === 'fault' ? undefined : expected.find(each => sameSeen(each, seen));
  const expected = expects.map(fits).find(each => each !== undefined) ?? expects[0]![0]!;
  const after = (possible: Possible, shown: Seen): Possible => {
    const ideal = machine.ideal.clone(possible.ideal);
    machine.ideal.advance(ideal, move, shown);
    return { ...possible, ideal };
  };
  const still = all.flatMap((possible, i) => {
    const shown = fits(expects[i]!);
    return shown === undefined ? [] : [after(possible, shown)];
  });
  return {
    ideals: still.length > 0 ? distinct(machine, world, still) : [after(all[0]!, expected)],
    expected,
    verdict,
  };
}

/** The same of what a system call shows when it returns. */
export function witnessReturn(
  machine: AnyMachine,
  world: World,
  before: readonly Possible[],
  underWay: readonly UnderWay[],
  { by, move }: UnderWay,
  seen: Seen,
): Witnessed {
  const others = underWay.filter(call => call.by !== by);
  const all = withEffects(machine, world, before, [...others, { by, move }]).filter(({ effects }) =>
    effects.has(by),
  );
  const promised = all.map(({ effects }) => effects.get(by)!);
  const verdict = classify(promised.flat(), seen, machine.trespass(world));
  const fits = all.filter((_, i) => promised[i]!.some(each => sameSeen(each, seen)));
  const ideals = (fits.length > 0 ? fits : all.slice(0, 1)).map(({ ideal, effects }) => ({
    ideal,
    effects: new Map([...effects].filter(([other]) => other !== by)),
  }));
  return {
    ideals: distinct(machine, world, ideals),
    expected: promised.flat().find(each => sameSeen(each, seen)) ?? promised[0]![0]!,
    verdict,
  };
}

/** Any of the calls under way may have taken effect by now, in any order. */
function withEffects(
  machine: AnyMachine,
  world: World,
  before: readonly Possible[],
  underWay: readonly UnderWay[],
): readonly Possible[] {
  if (underWay.length === 0) return before;
  const all = [...before];
  for (const possible of all)
    for (const { by, move } of underWay) {
      if (possible.effects.has(by)) continue;
      const shown: readonly Seen[] = machine.ideal.expect(possible.ideal, move);
      const ideal = machine.ideal.clone(possible.ideal);
      machine.ideal.advance(ideal, move, shown[0]!);
      all.push({ ideal, effects: new Map(possible.effects).set(by, shown) });
    }
  return distinct(machine, world, all);
}

/** Each possibility once. */
function distinct(machine: AnyMachine, world: World, all: readonly Possible[]): readonly Possible[] {
  if (all.length === 1) return all;
  return [...new Map(all.map(possible => [possibleKey(machine, world, possible), possible])).values()];
}

export const possibleKey = (machine: AnyMachine, world: World, { ideal, effects }: Possible): string =>
  `${[...effects.keys()].sort().join()} ${machine.key(world, ideal)}`;
