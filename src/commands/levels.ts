import { parseArgs } from 'node:util';
import type { Level, Library } from '../levels/level.ts';
import { provedOf } from '../levels/proved.ts';
import { variantsOf } from '../levels/variants.ts';
import type { Io } from './io.ts';
import { libraryWith } from './library.ts';

/**
 * `cowhand levels [--json] [--state DIR]`: the levels in the order of play, with the player's stars.
 * @throws StoreError if there is progress that cannot be read
 */
export async function levels(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      levels: { type: 'string' },
      state: { type: 'string' },
    },
  });
  const library = await libraryWith(values.levels, io);
  const stars = await starsOf(library, io, values.state);
  const listed = library.levels.map(level => ({ level, stars: stars.get(level.id) ?? 0 }));
  io.stdout.write(values.json ? `${JSON.stringify(listed.map(entry), null, 2)}\n` : text(library, listed));
  return 0;
}

interface Listed {
  readonly level: Level;
  readonly stars: number;
}

/** What `--json` prints of a level: stable. `variants` is how many there are. */
const entry = ({ level, stars }: Listed) => ({
  id: level.id,
  title: level.title,
  system: level.system,
  chapter: level.chapter,
  depth: level.depth,
  teaches: level.teaches,
  misconceptions: level.treats,
  variants: variantsOf(level).length,
  stars,
});

/** The same by chapters, in lines of at most 80 columns: the word to give to `cowhand play` comes first. */
function text(library: Library, listed: readonly Listed[]): string {
  const width = Math.max(0, ...listed.map(({ level }) => level.id.length));
  const chapters = library.chapters.map(chapter => [
    chapter.title,
    ...listed
      .filter(({ level }) => level.chapter === chapter.id && level.system === chapter.system)
      .map(
        ({ level, stars }) =>
          `  ${'***'.slice(0, stars).padEnd(3, '-')}  ${level.id.padEnd(width)}  ${level.title}`,
      ),
  ]);
  return `${chapters.map(lines => `${lines.join('\n')}\n`).join('\n')}\nPlay one: cowhand play LEVEL\n`;
}

async function starsOf(
  library: Library,
  io: Io,
  state: string | undefined,
): Promise<ReadonlyMap<string, number>> {
  const [{ chartOf }, { placesOf }, { openStore }] = await Promise.all([
    import('../progress/chart.ts'),
    import('../progress/paths.ts'),
    import('../progress/store.ts'),
  ]);
  const { progress } = openStore({ places: placesOf(io, state), clock: io.now });
  const { chapters } = chartOf(library, progress, id => provedOf(id)?.passable ?? []);
  return new Map(chapters.flatMap(({ levels }) => levels.map(({ level, stars }) => [level.id, stars])));
}
