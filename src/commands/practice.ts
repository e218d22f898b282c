import { parseArgs } from 'node:util';
import { problemsPlayed, starsIn } from '../progress/problems.ts';
import { systemsOf } from '../study/makers/makers.ts';
import { DIFFICULTIES, type Difficulty, focusesOf, isFocus } from '../study/problem.ts';
import { difficultyFor, practice as practiceSeries } from '../study/series.ts';
import { type Io, UsageError } from './io.ts';
import { seedFrom } from './seed.ts';

/**
 * `cowhand practice [--seed N] [--system S] [--concept C]`: generated problems without end.
 * @returns as `cowhand play`; 0 with --names
 * @throws UsageError
 */
export async function practice(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string' },
      system: { type: 'string' },
      concept: { type: 'string' },
      difficulty: { type: 'string' },
      names: { type: 'string' },
      plain: { type: 'boolean', default: false },
      state: { type: 'string' },
    },
  });
  const { system } = values;
  const focus = values.concept;
  checkWish(system, focus);
  const wish = { seed: values.seed === undefined ? io.seed() : seedFrom(values.seed), system, focus };
  const given = values.difficulty === undefined ? undefined : difficultyFrom(values.difficulty);

  if (values.names !== undefined) {
    const series = practiceSeries(wish, given ?? 1, () => undefined);
    let level = series.first();
    for (let left = seedFrom(values.names); left > 0 && level !== undefined; left--) {
      io.stdout.write(`${level.id}\n`);
      level = series.after(level.id);
    }
    return 0;
  }
  const { game } = await import('./game.ts');
  return game(
    {
      variant: undefined,
      plain: values.plain,
      state: values.state,
      series: progress =>
        practiceSeries(wish, given ?? difficultyFor(problemsPlayed(progress())), id =>
          starsIn(progress(), id),
        ),
    },
    io,
  );
}

/** Throws UsageError where there are no such problems. */
export function checkWish(system: string | undefined, focus: string | undefined): void {
  const systems = systemsOf();
  if (system !== undefined && !systems.includes(system))
    throw new UsageError(`there are no problems of '${system}'; expected ${systems.join(', ')}`);
  const within = system === undefined ? systems : [system];
  if (focus !== undefined && !within.some(each => isFocus(each, focus))) {
    const ids = within.flatMap(each => Object.values(focusesOf(each)).flat());
    throw new UsageError(`no problem is about '${focus}'; expected one of ${[...new Set(ids)].join(', ')}`);
  }
}

function difficultyFrom(text: string): Difficulty {
  const found = DIFFICULTIES.find(each => String(each) === text);
  if (found === undefined)
    throw new UsageError(`there is no difficulty '${text}'; expected ${DIFFICULTIES.join(', ')}`);
  return found;
}
