import { parseArgs } from 'node:util';
import type { Level } from '../levels/level.ts';
import { variantsOf } from '../levels/variants.ts';
import { drawsFrom } from '../study/random.ts';
import { type Io, UsageError } from './io.ts';
import { findLevel } from './level.ts';
import { libraryWith } from './library.ts';
import { seedFrom } from './seed.ts';

/**
 * `cowhand play [LEVEL|FILE.yaml]`, and `cowhand` without a command: the game on the screen, in plain lines, or
 * without a terminal.
 * @returns 0 if all went well (in plain mode and with answers given: if the level was finished), 1 if not, 2 where
 * there is no such level, no terminal, or no such answer
 * @throws UsageError, and what parseArgs throws
 */
export async function play(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      plain: { type: 'boolean', default: false },
      variant: { type: 'string' },
      seed: { type: 'string' },
      levels: { type: 'string' },
      state: { type: 'string' },
      decide: { type: 'string', multiple: true },
      offers: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [name, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one level at a time, not also '${more.join("', '")}'`);
  const without = values.decide !== undefined || values.offers || values.json;
  if (without && name === undefined) throw new UsageError('--decide, --offers and --json need a LEVEL');

  const library = await libraryWith(values.levels, io);
  const wanted = name === undefined ? undefined : await findLevel(name, io, library);
  if (wanted !== undefined && 'problems' in wanted) {
    for (const problem of wanted.problems) io.stderr.write(`${problem}\n`);
    return 2;
  }
  const seed = values.seed === undefined ? null : seedFrom(values.seed);
  const variant = variantFrom(values.variant, seed, wanted?.level);
  if (without) {
    const { playWithoutTerminal } = await import('./play-json.ts');
    const { decide = [], json, offers } = values;
    return playWithoutTerminal(wanted!.level, { variant: variant ?? 1, seed, decide, json, offers }, io);
  }
  const { game } = await import('./game.ts');
  return game({ plain: values.plain, variant, state: values.state, library, ...wanted }, io);
}

/** Counts from 1, as players count: the one that was asked for, or that the seed draws. */
function variantFrom(
  text: string | undefined,
  seed: number | null,
  level: Level | undefined,
): number | undefined {
  if (text === undefined && seed === null) return undefined;
  if (level === undefined) throw new UsageError('--variant and --seed need a LEVEL');
  const most = variantsOf(level).length;
  if (text === undefined) return 1 + drawsFrom(seed!).below(most);
  if (seed !== null)
    throw new UsageError('--seed draws the variant, --variant chooses it; expected one of them');
  const variant = /^\d+$/.test(text) ? Number(text) : 0;
  if (variant < 1 || variant > most)
    throw new UsageError(`no variant ${text} of ${level.id}; expected 1 to ${most}`);
  return variant;
}
