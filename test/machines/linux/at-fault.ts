import { tryDecision } from '../../../src/judge/trial.ts';
import { parseProgram } from '../../../src/language/parse.ts';
import { DECISIONS, decisions } from '../../../src/machines/linux/fault/decision.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { isTrap } from '../../../src/machines/machine.ts';
import { type Handler, watch } from './watch.ts';

const handler: Handler = (world, _ideal, _move, fault) => linux.best(world, fault);

/** The first fault of the last operation, all before it served by the kernel. */
export function atFault(text: string, rules = '6.x') {
  const program = parseProgram(text, 'table');
  const world = linux.boot(program, rules);
  const ideal = linux.ideal.boot(program, rules);
  const move = program.moves.at(-1)!;
  for (const before of program.moves.slice(0, -1)) {
    let seen = linux.step(world, before);
    for (; isTrap(seen); seen = linux.step(world, before)) linux.apply(world, seen, linux.best(world, seen));
    linux.ideal.advance(ideal, before, seen);
  }
  const fault = linux.step(world, move);
  if (!isTrap(fault)) throw new Error('no fault');
  return { world, ideal, move, fault };
}

/** Runs a program, the kernel deciding; throws where ideal, coupling or invariants do not hold. */
export const held = (text: string, rules = '6.x') => watch(parseProgram(text, 'table'), handler, rules);

/** The decisions that are right there. */
export const rightAt = (text: string) => {
  const situation = atFault(text);
  return DECISIONS.filter(name => tryDecision(linux, situation, decisions[name]).right);
};
