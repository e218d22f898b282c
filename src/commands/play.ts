import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { nearest } from '../language/nearest.ts';
import type { Level } from '../levels/level.ts';
import { levelById, library } from '../levels/library.ts';
import { variantsOf } from '../levels/variants.ts';
import { type Io, UsageError } from './io.ts';

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

  const wanted = name === undefined ? undefined : await find(name, io);
  if (wanted !== undefined && 'problems' in wanted) {
    for (const problem of wanted.problems) io.stderr.write(`${problem}\n`);
    return 2;
  }
  const variant = variantFrom(values.variant, wanted?.level);
  if (without) {
    const { playWithoutTerminal } = await import('./play-json.ts');
    const { decide = [], json, offers } = values;
    return playWithoutTerminal(wanted!.level, { variant: variant ?? 1, decide, json, offers }, io);
  }
  const { game } = await import('./game.ts');
  return game({ plain: values.plain, variant, state: values.state, ...wanted }, io);
}

/** A level that was asked for. */
export interface Wanted {
  readonly level: Level;
  /** From a file of one's own. */
  readonly own: boolean;
}

/** A level of the library by its id, or a level file. */
async function find(name: string, io: Io): Promise<Wanted | { readonly problems: readonly string[] }> {
  const known = levelById(name);
  if (known !== undefined) return { level: known, own: false };
  if (!/\.ya?ml$/.test(name)) {
    const likely = nearest(
      name,
      library.levels.map(({ id }) => id),
    );
    const guess = likely === undefined ? '' : `; did you mean '${likely}'?`;
    throw new UsageError(`no level '${name}'${guess} See: cowhand levels`);
  }
  const text = await readFile(path.resolve(io.cwd, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${name} cannot be read: ${error.code ?? error.message}`);
  });
  const { loadLevel } = await import('../levels/load.ts');
  const loaded = loadLevel(text, name);
  if ('level' in loaded) return { level: loaded.level, own: true };
  return {
    problems: loaded.problems.map(
      ({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`,
    ),
  };
}

/** Counts from 1, as players count. */
function variantFrom(text: string | undefined, level: Level | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (level === undefined) throw new UsageError('--variant needs a LEVEL');
  const most = variantsOf(level).length;
  const variant = /^\d+$/.test(text) ? Number(text) : 0;
  if (variant < 1 || variant > most)
    throw new UsageError(`no variant ${text} of ${level.id}; expected 1 to ${most}`);
  return variant;
}
