import fc from 'fast-check';
import { complete, OwnFault } from '../../../src/judge/judge.ts';
import { type Move, sameSeen } from '../../../src/language/moves.ts';
import { starting } from '../../../src/machines/boot/boot.ts';
import { EMPTY, programs } from './programs.ts';

/** Random starts that each broken one is tried with. */
const STARTS = 300;

/** What notices anything wrong with a start: the ideal, the coupling, or that it faults for ever. */
export function noticedIn(
  moves: readonly Move[],
  rules: string,
): 'ideal' | 'coupling' | 'livelock' | undefined {
  const world = starting.boot(EMPTY, rules);
  const ideal = starting.ideal.boot(EMPTY, rules);
  try {
    for (const move of moves) {
      const expected = starting.ideal.expect(ideal, move);
      const seen = complete(starting, world, move);
      if (!expected.some(allowed => sameSeen(allowed, seen))) return 'ideal';
      starting.ideal.advance(ideal, move, seen);
      if (starting.uncoupled(world, ideal) !== undefined) return 'coupling';
    }
  } catch (error) {
    if (error instanceof OwnFault) return 'livelock';
    throw error;
  }
  return undefined;
}

/** The first witness against a start with a rule broken. */
export function witnessAgainst(rules: string): string | undefined {
  for (const moves of fc.sample(programs, { seed: 1, numRuns: STARTS })) {
    const by = noticedIn(moves, rules);
    if (by !== undefined) return by;
  }
  return undefined;
}
