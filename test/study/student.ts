import { isRefused, play, type Run, start, table } from '../../src/game/run.ts';
import { begin, optimalNext, question } from '../../src/levels/course.ts';
import { stateOf } from '../../src/levels/explore.ts';
import { actsOf, revealedBy } from '../../src/levels/revealed.ts';
import { toldBy } from '../../src/progress/session.ts';
import type { Problem } from '../../src/study/generate.ts';
import { drawsFrom } from '../../src/study/random.ts';
import type { Evidence } from '../../src/study/review.ts';

/** Somebody who believes some wrong things, and knows everything else. The same seed plays the same way. */
export interface Student {
  /** Plays a problem to its end, and leaves this behind. */
  play(problem: Problem, at: string): Evidence[];
}

/** @param beliefs misconceptions; asked at each question, so that they may be given up */
export function studentWith(seed: number, beliefs: () => ReadonlySet<string>): Student {
  const draws = drawsFrom(seed);
  return {
    play({ level, variant }, at) {
      const evidence: Evidence[] = [];
      let run: Run = start(level, variant);
      let course = begin(level, variant);
      const decide = (decision: string): void => {
        const next = play(run, { type: 'decide', decision });
        if (isRefused(next)) throw new Error(next.expected);
        run = next;
        evidence.push({ at, ...toldBy(run)! });
      };
      for (let asked = question(course); asked !== undefined; asked = question(course)) {
        const { rule, reference } = stateOf(course, asked);
        const [best] = optimalNext(course);
        const { depth } = asked;
        const { system } = level;
        const tempting = asked.offers.filter(
          offer =>
            offer !== best!.decision &&
            actsOf({ system, depth, rule, reference }, offer, 'corruption')
              .flatMap(act => revealedBy(system, rule, act))
              .some(id => beliefs().has(id)),
        );
        const { n } = table(run).question!;
        if (tempting.length > 0) decide(draws.oneOf(tempting));
        // A wrong decision is asked again, and then this student knows better; a wasteful one is taken back.
        if (depth === 'decide' && table(run).question?.n !== n && tempting.length > 0) {
          const back = play(run, { type: 'undo' });
          if (!isRefused(back)) run = back;
        }
        // What was foretold counts, and nobody is asked again.
        if (depth === 'decide' || tempting.length === 0) decide(best!.decision);
        course = best!.next;
      }
      return evidence;
    },
  };
}
