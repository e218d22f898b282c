import { judge } from '../judge/judge.ts';
import { isRight, type Judgement } from '../judge/verdict.ts';
import type { AnyMachine, Choice, Deputies } from '../machines/machine.ts';
import type { Level } from './level.ts';
import type { Answered, Course, CourseQuestion } from './stage.ts';

/**
 * A break level on one CPU: a kernel with one rule broken answers the faults, and each of its decisions is put before
 * the player, to be let pass or to be stopped. The decision is judged as the player's own would be, so a right one
 * is right whatever kernel made it.
 */

/** What a break level `asks` for instead of a schedule. */
export const DECISIONS = 'decisions';
export const PASS = 'pass';
export const STOP = 'stop';

export const isWatched = ({
  depth,
  asks = [],
}: Pick<Level, 'depth'> & { readonly asks?: readonly string[] | undefined }): boolean =>
  depth === 'break' && asks.includes(DECISIONS);

/** The broken kernels of a machine, where it has any that may decide in the player's place. */
export const deputiesOf = (machine: AnyMachine): Deputies<unknown> | undefined =>
  machine.deputies ?? machine.races;

/** What the broken kernel decides at the open fault. */
function decidedBy({ machine, world, situation, level }: Course): Choice {
  const broken = machine.clone(world);
  deputiesOf(machine)!.become(broken, level.menu[0]!);
  return machine.best(broken, situation!.fault);
}

export function watchQuestion(course: Course): CourseQuestion {
  const { machine, situation } = course;
  const { fault, move } = situation!;
  const decided = machine.format(decidedBy(course));
  return { depth: 'decide', move, trap: fault, offers: [PASS, STOP], decided };
}

/** Judged beside all that a handler may decide. */
const judged = ({ machine, situation, world }: Course, choice: Choice): Judgement =>
  judge(machine, situation!, choice, machine.offers(world, situation!.fault, machine.decisions));

/**
 * What it is worth to let the kernel's decision pass, or to stop it. Stopped, the whole kernel decides instead; a wrong
 * decision that is let pass is shown what comes of it and asked about again.
 * @param goOn where a decision leads
 */
export function watchAnswer(course: Course, answer: string, goOn: (choice: Choice) => Course): Answered {
  const choice = decidedBy(course);
  const judgement = judged(course, choice);
  const right = isRight(judgement.verdict);
  if (answer === PASS)
    return right
      ? { verdict: 'optimal', judgement: { ...judgement, verdict: 'optimal' }, next: goOn(choice) }
      : { verdict: judgement.verdict, judgement };
  if (right)
    return {
      verdict: 'mispredicted',
      judgement: { ...judgement, verdict: 'mispredicted' },
      next: goOn(choice),
    };
  return { verdict: 'optimal', judgement: caught(course, judgement), next: goOn(kernelsOwn(course)) };
}

/** The whole kernel's decision, and in `stopped` what the broken one would have come to. */
const caught = (course: Course, stopped: Judgement): Judgement => ({
  ...judged(course, kernelsOwn(course)),
  verdict: 'optimal',
  stopped,
});

const kernelsOwn = ({ machine, world, situation }: Course): Choice => machine.best(world, situation!.fault);

/** The right answer, and where it leads. */
export function watchOptimal(
  course: Course,
  goOn: (choice: Choice) => Course,
): readonly { readonly decision: string; readonly next: Course }[] {
  const decision = isRight(judged(course, decidedBy(course)).verdict) ? PASS : STOP;
  return [{ decision, next: watchAnswer(course, decision, goOn).next! }];
}
