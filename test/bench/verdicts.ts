import { judge } from '../../src/judge/judge.ts';
import { isRight } from '../../src/judge/verdict.ts';
import { begin, type Course, optimalNext, question } from '../../src/levels/course.ts';
import { library } from '../../src/levels/library.ts';
import { variantsOf } from '../../src/levels/variants.ts';
import { timed } from './model.ts';

/** Nanoseconds that each verdict took. */
export interface Verdicts {
  readonly right: number[];
  readonly wrong: number[];
}

/** All courses in which a fault is open, on the way of one optimal run of each variant of each level. */
export function openFaults(): Course[] {
  const open: Course[] = [];
  for (const level of library.levels)
    for (let variant = 0; variant < variantsOf(level).length; variant++) {
      let course: Course | undefined = begin(level, variant);
      while (course !== undefined && question(course) !== undefined) {
        if (course.situation !== undefined) open.push(course);
        course = optimalNext(course)[0]?.next;
      }
    }
  return open;
}

/** Judges each decision on offer, every one as if nothing had been judged at its fault before. */
export function verdicts(courses: readonly Course[]): Verdicts {
  const found: Verdicts = { right: [], wrong: [] };
  for (const { machine, level, situation } of courses) {
    const { world, fault } = situation!;
    const offers = machine.offers(world, fault, level.menu);
    for (const offer of offers) {
      let verdict = false;
      const ns = timed(1, () => {
        verdict = isRight(judge(machine, { ...situation!, tried: new Map() }, offer, offers).verdict);
      });
      found[verdict ? 'right' : 'wrong'].push(ns);
    }
  }
  return found;
}
