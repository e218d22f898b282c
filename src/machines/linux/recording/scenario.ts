import { type Program, type Seen, sameSeen } from '../../../language/moves.ts';
import { printMove } from '../../../language/print.ts';
import { isTrap } from '../../machine.ts';
import { linux } from '../linux.ts';

/** What came of a program under a rule set, the kernel deciding. */
export interface Course {
  readonly copies: number;
  readonly reuses: number;
  /** The first operation that showed what the ideal memory does not allow. */
  readonly wrong?: { readonly operation: string; readonly seen: Seen; readonly ideal: Seen };
}

/** Runs a program up to its end, or to where the kernel shows somebody what it must not. */
export function runScenario(program: Program, rules: string): Course {
  const world = linux.boot(program, rules);
  const ideal = linux.ideal.boot(program, rules);
  const done = { copies: 0, reuses: 0 };
  for (const move of program.moves) {
    const expected = linux.ideal.expect(ideal, move);
    let result = linux.step(world, move);
    while (isTrap(result)) {
      const decision = linux.best(world, result);
      if (decision.do === 'copy') done.copies++;
      if (decision.do === 'reuse') done.reuses++;
      linux.apply(world, result, decision);
      result = linux.step(world, move);
    }
    const seen = result;
    if (!expected.some(allowed => sameSeen(allowed, seen)))
      return { ...done, wrong: { operation: printMove(move, program), seen, ideal: expected[0]! } };
    linux.ideal.advance(ideal, move, seen);
  }
  return done;
}
