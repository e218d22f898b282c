import { Findings, judge } from '../../src/judge/judge.ts';
import { tryDecision } from '../../src/judge/trial.ts';
import { begin, type Course, optimalNext, question } from '../../src/levels/course.ts';
import type { Depth } from '../../src/levels/level.ts';
import { library } from '../../src/levels/library.ts';
import { variantsOf } from '../../src/levels/variants.ts';

/** Depths at which a fault gets a decision from the menu, or one in detail. */
const DECIDED: readonly Depth[] = ['decide', 'detail'];

/**
 * The courses in which a fault is to be decided, on the way of one optimal run of each variant: level by level, as they
 * are proved. Who kept the worlds of all of them would teach the engine that worlds live long, and it would then put
 * each trial's among what is old.
 */
export function* openFaults(): Generator<readonly Course[]> {
  for (const level of library.levels) {
    const open: Course[] = [];
    for (let variant = 0; variant < variantsOf(level).length; variant++) {
      let course: Course | undefined = begin(level, variant);
      while (course !== undefined) {
        const asked = question(course);
        if (asked === undefined) break;
        if (asked.depth === level.depth && DECIDED.includes(level.depth)) open.push(course);
        course = optimalNext(course)[0]?.next;
      }
    }
    if (open.length > 0) yield open;
  }
}

/** Judgements of what is on offer at a fault, to be made as if nothing had been judged there before. */
export interface Judgements {
  readonly judge: () => void;
}

/** One of them. */
interface Verdict extends Judgements {
  readonly isRight: boolean;
}

/** Every decision on offer at these faults. */
export function verdictsAt(courses: readonly Course[]): Verdict[] {
  return courses.flatMap(({ machine, level, situation }) => {
    const { world, fault } = situation!;
    const offers = machine.offers(world, fault, level.menu);
    return offers.map(offer => ({
      isRight: tryDecision(machine, situation!, offer).right,
      judge: () => judge(machine, { ...situation!, findings: new Findings() }, offer, offers),
    }));
  });
}

/** The right decisions of each fault one after the other, which keeps what was found out, as proofs and games do. */
export function rightVerdictsAt(courses: readonly Course[]): Judgements[] {
  return courses.map(({ machine, level, situation }) => {
    const { world, fault } = situation!;
    const offers = machine.offers(world, fault, level.menu);
    const right = offers.filter(offer => tryDecision(machine, situation!, offer).right);
    return {
      judge: () => {
        const asked = { ...situation!, findings: new Findings() };
        for (const offer of right) judge(machine, asked, offer, offers);
      },
    };
  });
}
