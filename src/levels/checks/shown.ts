import type { View } from '../../machines/machine.ts';
import type { LoadedLevel } from '../compile.ts';
import type { Level } from '../level.ts';
import { type Problem, problemAt, tidy } from '../problem.ts';
import type { Proof } from '../proof.ts';
import { variantsOf } from '../variants.ts';
import { inVariant, nodesPlayedWell } from './play.ts';

/** The smallest screen that must show a level whole, and plain text; what it answers is what is lost, undefined where nothing is. */
export interface Screen {
  readonly title: (level: Level) => string | undefined;
  readonly story: (level: Level) => string | undefined;
  /** A picture above so many lines of answers. */
  readonly picture: (view: View, answers: number) => string | undefined;
  /** A picture in plain text. */
  readonly plain: (view: View) => string | undefined;
}

/** Of a form, the longest field that is asked. */
const MOST_ANSWERS = 8;

/** Title and story are on the screen whole, and at each question what it is about; in plain text the whole picture. */
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
      const seen = view();
      const where = inVariant(variants[graph.variant]);
      const told = (lost: string | undefined, by: string): Problem[] =>
        lost === undefined
          ? []
          : [
              problemAt(
                place,
                'shown',
                `the picture loses '${lost}' ${by}${where}; expected fewer processes, regions or pages`,
              ),
            ];
      return [
        ...told(screen.picture(seen, answers), 'at 80x24'),
        ...told(screen.plain(seen), 'in plain text'),
      ];
    }),
  );
  return tidy([...texts, ...pictures]);
}
