import type { View } from '../../machines/machine.ts';
import type { LoadedLevel } from '../compile.ts';
import type { Level } from '../level.ts';
import { type Problem, problemAt, tidy } from '../problem.ts';
import type { Proof } from '../proof.ts';
import { variantsOf } from '../variants.ts';
import { inVariant, nodesPlayedWell } from './play.ts';

/** The smallest screen that must show a level whole; what it answers is what is lost, undefined where nothing is. */
export interface Screen {
  readonly title: (level: Level) => string | undefined;
  readonly story: (level: Level) => string | undefined;
  /** A picture above so many lines of answers. */
  readonly picture: (view: View, answers: number) => string | undefined;
}

/** Of a form, the longest field that is asked. */
const MOST_ANSWERS = 8;

/** Title and story are on the screen whole, and at each question what it is about. */
export function shownProblems({ level, placeOf }: LoadedLevel, { graphs }: Proof, screen: Screen): Problem[] {
  const texts = (['title', 'story'] as const).flatMap(part => {
    const lost = screen[part](level);
    return lost === undefined
      ? []
      : [problemAt(placeOf(part), 'shown', `'${lost}' is lost at 80x24; expected a shorter ${part}`)];
  });
  const variants = variantsOf(level);
  const pictures = graphs.flatMap(graph =>
    nodesPlayedWell(graph).flatMap(({ place, question, view }) => {
      const { offers } = question;
      const answers = question.depth === 'decide' ? offers.length : Math.min(MOST_ANSWERS, offers.length);
      const lost = screen.picture(view(), answers);
      const where = inVariant(variants[graph.variant]);
      return lost === undefined
        ? []
        : [
            problemAt(
              place,
              'shown',
              `the picture loses '${lost}' at 80x24${where}; expected fewer processes, regions or pages`,
            ),
          ];
    }),
  );
  return tidy([...texts, ...pictures]);
}
