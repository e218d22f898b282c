import { isRefused, play, type Run, start, table } from '../../src/game/run.ts';
import { transcriptOf } from '../../src/game/transcript.ts';
import type { GameEvent } from '../../src/game/types.ts';
import { isRight } from '../../src/judge/verdict.ts';
import { answer, begin, optimalNext } from '../../src/levels/course.ts';
import { digestOf } from '../../src/levels/digest.ts';
import type { Level } from '../../src/levels/level.ts';
import { levelById } from '../../src/levels/library.ts';
import { variantsOf } from '../../src/levels/variants.ts';

/** What students hand in, honest or not, with what each must come to. */

export const graded = ['twins', 'who-writes-first', 'crowded-page'].map(id => levelById(id)!);

/** How a run was played, and the stars that it earns: by the rules of the game, not by the grader. */
const MANNERS = { optimal: 3, wrong: 1, helped: 2, unfinished: 0 } as const;
type Manner = keyof typeof MANNERS;

function answers(level: Level, variant: number): string[] {
  const found: string[] = [];
  for (let [way] = optimalNext(begin(level, variant)); way !== undefined; [way] = optimalNext(way.next))
    found.push(way.decision);
  return found;
}

function wrongAnswer(level: Level, variant: number): string {
  const course = begin(level, variant);
  return level.menu.find(decision => !isRight(answer(course, decision).verdict))!;
}

/** A run played in that manner: with a wrong decision first, with all hints opened, without its last decision. */
function runOf(level: Level, variant: number, manner: Manner): Run {
  const right = answers(level, variant).map((decision): GameEvent => ({ type: 'decide', decision }));
  const hints = new Array<GameEvent>(level.hints.length + 1).fill({ type: 'hint' });
  const wrong: GameEvent = { type: 'decide', decision: wrongAnswer(level, variant) };
  const events = {
    optimal: right,
    wrong: [wrong, ...right],
    helped: [...hints, ...right],
    unfinished: right.slice(0, -1),
  }[manner];
  return events.reduce<Run>(
    (run, event) => {
      const next = play(run, event);
      if (isRefused(next)) throw new Error(`${level.id}: ${JSON.stringify(event)}`);
      return next;
    },
    start(level, variant),
  );
}

/** A run with the text forms in which it can be handed in. */
export interface Played {
  readonly level: Level;
  readonly variant: number;
  readonly stars: number;
  /** As `cowhand play --json` prints it, as far as a grader looks at it. */
  readonly transcript: ReturnType<typeof transcriptOf> & { readonly stars: number };
  readonly events: readonly GameEvent[];
}

/** Every level in every variant and manner. */
export const plays: readonly Played[] = graded.flatMap(level =>
  variantsOf(level).flatMap((_, variant) =>
    (Object.keys(MANNERS) as Manner[]).map(manner => {
      const run = runOf(level, variant, manner);
      const stars = table(run).summary?.stars ?? 0;
      if (stars !== MANNERS[manner]) throw new Error(`${level.id} ${manner}: ${stars}`);
      const transcript = { ...transcriptOf(run, variant, null), stars };
      return { level, variant, stars, transcript, events: run.log };
    }),
  ),
);

/** The lines of a journal in which these were played one after the other. */
export const journalOf = (played: readonly Played[]): string[] =>
  played.flatMap(({ level, variant, stars, events }, i) => {
    const line = { v: 1, at: `2026-11-${10 + (i % 20)}T10:00:00.000Z`, run: `run${i}` };
    return [
      { ...line, type: 'start', n: 0, level: level.id, variant, digest: digestOf(level) },
      ...events.map((event, n) => ({ ...line, type: 'event', n, event })),
      ...(stars > 0 ? [{ ...line, type: 'finish', n: events.length, level: level.id, variant, stars }] : []),
    ].map(each => JSON.stringify(each));
  });
