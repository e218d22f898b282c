import { parseArgs } from 'node:util';
import { library } from '../levels/library.ts';
import { provedOf } from '../levels/proved.ts';
import { type Chart, chartOf, type LevelEntry } from '../progress/chart.ts';
import { placesOf } from '../progress/paths.ts';
import { openStore } from '../progress/store.ts';
import { type Io, UsageError } from './io.ts';
import { onSave, SAVE_ACTIONS } from './save.ts';

/**
 * `cowhand progress [export|import|reset] [--json] [--state DIR]`: the chapters and levels with what the player has
 * reached; or does something with the save as a whole.
 * @throws StoreError if there is progress that cannot be read, UsageError
 */
export async function progress(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      state: { type: 'string' },
      yes: { type: 'boolean', default: false },
      undo: { type: 'boolean', default: false },
    },
  });
  const places = placesOf(io, values.state);
  const [action, file, ...more] = positionals;
  if (action !== undefined) {
    const known = SAVE_ACTIONS.find(each => each === action);
    if (known === undefined || more.length > 0)
      throw new UsageError(`progress takes ${SAVE_ACTIONS.join(', ')}, not '${positionals.join(' ')}'`);
    return onSave(known, file, values, places, io);
  }
  const store = openStore({ places, clock: io.now });
  const chart = chartOf(library, store.progress, level => provedOf(level)?.passable ?? []);
  io.stdout.write(
    values.json ? `${JSON.stringify(report(chart, store.notices), null, 2)}\n` : text(chart, places.state),
  );
  if (!values.json) for (const notice of store.notices) io.stderr.write(`cowhand: ${notice}\n`);
  return 0;
}

/** What `--json` prints: stable. Variants count from 1, as the player counts them. */
const report = ({ chapters, next }: Chart, notices: readonly string[]) => ({
  levels: chapters.flatMap(({ levels }) =>
    levels.map(({ level, stars, best, attempts, finished }) => ({
      id: level.id,
      title: level.title,
      chapter: level.chapter,
      stars,
      best: [...best]
        .sort(([a], [b]) => a - b)
        .map(([variant, most]) => ({ variant: variant + 1, stars: most })),
      attempts,
      finished,
    })),
  ),
  chapters: chapters.map(({ chapter, stars, of }) => ({ id: chapter.id, title: chapter.title, stars, of })),
  next: next?.level.id ?? null,
  notices,
});

/** The same as lines of at most 80 columns. */
function text({ chapters, next, unknown }: Chart, directory: string): string {
  const entries = chapters.flatMap(({ levels }) => levels);
  const width = Math.max(0, ...entries.map(({ level }) => level.title.length));
  const tables = chapters.map(({ chapter, levels, stars, of }) => [
    `${chapter.title.padEnd(width + 2)}  ${stars} of ${of} stars`,
    ...levels.map(
      entry => `  ${entry.level.title.padEnd(width)}  ${starsText(entry.stars)}  ${stateOf(entry)}`,
    ),
    '',
  ]);
  const sum = (count: (chapter: Chart['chapters'][number]) => number): number =>
    chapters.reduce((total, chapter) => total + count(chapter), 0);
  return `${[
    ...tables.flat(),
    `${entries.filter(({ finished }) => finished).length} of ${entries.length} levels finished, ${sum(({ stars }) => stars)} of ${sum(({ of }) => of)} stars.`,
    next === undefined
      ? 'Every level has three stars.'
      : `Next: ${next.level.title} (cowhand play ${next.level.id})`,
    ...(unknown.length === 0 ? [] : [`On record, but not in this version: ${unknown.join(', ')}`]),
    `Kept in ${directory}`,
  ].join('\n')}\n`;
}

const starsText = (stars: number): string => '***'.slice(0, stars).padEnd(3, '-');

function stateOf({ underway, finished, lockedBy, attempts }: LevelEntry): string {
  const times = attempts > 1 ? `, ${attempts} attempts` : '';
  if (underway) return `underway${times}`;
  if (finished) return `finished${times}`;
  return lockedBy === undefined ? `open${times}` : 'locked';
}
