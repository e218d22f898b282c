import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { textOf, whyNot } from '../progress/files.ts';
import { join, lackingFrom, lastAside, putAside } from '../progress/merge.ts';
import { noticesOf } from '../progress/notices.ts';
import { type Journal, parseJournal, printEvent } from '../progress/parse.ts';
import type { Places } from '../progress/paths.ts';
import { journalOf, journalPath } from '../progress/store.ts';
import { type Io, UsageError } from './io.ts';

/** What `cowhand progress` can do with the save as a whole. */
export const SAVE_ACTIONS = ['export', 'import', 'reset'] as const;
export type SaveAction = (typeof SAVE_ACTIONS)[number];

export interface SaveOptions {
  /** Of `reset`: does not ask. */
  readonly yes: boolean;
  /** Of `reset`: brings back what was put aside last. */
  readonly undo: boolean;
}

/**
 * `cowhand progress export [FILE]`, `import FILE` and `reset [--yes|--undo]`.
 * @returns 0; 1 where the answer to the question was no, or where there is nothing to bring back
 * @throws UsageError, StoreError
 */
export function onSave(
  action: SaveAction,
  file: string | undefined,
  options: SaveOptions,
  places: Places,
  io: Io,
): Promise<number> | number {
  if (action === 'reset' && file !== undefined) throw new UsageError('reset takes no file');
  if (action === 'export') return exportSave(file, places, io);
  if (action === 'import') return importSave(file, places, io);
  return options.undo ? undoReset(places, io) : reset(options.yes, places, io);
}

function exportSave(file: string | undefined, places: Places, io: Io): number {
  const journal = journalPath(places);
  const { events, problems } = journalOf(journal);
  const text = events.map(event => `${printEvent(event)}\n`).join('');
  for (const notice of noticesOf(journal, problems)) io.stderr.write(`cowhand: ${notice}\n`);
  if (file === undefined) {
    io.stdout.write(text);
    return 0;
  }
  const target = path.resolve(io.cwd, file);
  if (existsSync(target)) throw new UsageError(`'${file}' is there already; expected a new file`);
  try {
    writeFileSync(target, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new UsageError(`cannot write '${file}': ${whyNot(error)}`);
  }
  io.stdout.write(`${events.length} events written to ${file}\n`);
  return 0;
}

function importSave(file: string | undefined, places: Places, io: Io): number {
  if (file === undefined) throw new UsageError('import needs the FILE that an export wrote');
  const other = readSave(file, io);
  return take(other, file, places, io);
}

/** Joins the events of another journal to the player's. */
function take(other: Journal, name: string, places: Places, io: Io): number {
  const journal = journalPath(places);
  const lacking = lackingFrom(journalOf(journal).events, other.events);
  join(journal, lacking);
  for (const notice of noticesOf(name, other.problems)) io.stderr.write(`cowhand: ${notice}\n`);
  io.stdout.write(`${lacking.length} events of ${other.events.length} were new. Records only improve.\n`);
  return 0;
}

function readSave(file: string, io: Io): Journal {
  let text: string | undefined;
  try {
    text = textOf(path.resolve(io.cwd, file));
  } catch (error) {
    throw new UsageError(`cannot read '${file}': ${whyNot(error)}`);
  }
  if (text === undefined) throw new UsageError(`there is no file '${file}'`);
  const journal = parseJournal(text);
  if (journal.events.length === 0 && journal.problems.length > 0)
    throw new UsageError(`'${file}' is no save; expected a file that 'cowhand progress export' wrote`);
  return journal;
}

async function reset(yes: boolean, places: Places, io: Io): Promise<number> {
  if (!yes && !(await confirmed(io))) {
    io.stdout.write('Nothing was changed.\n');
    return 1;
  }
  const aside = putAside(journalPath(places), io.now());
  io.stdout.write(
    aside === undefined
      ? 'There is no progress yet.\n'
      : `All progress is put aside, in ${aside}\nTo have it back: cowhand progress reset --undo\n`,
  );
  return 0;
}

async function confirmed(io: Io): Promise<boolean> {
  if (io.stdin.isTTY !== true)
    throw new UsageError('reset asks before it does anything; without a terminal: --yes');
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: io.stdin, output: io.screen, terminal: false });
  const answer = await lines.question("Begin anew, with no stars? Type 'reset' to do so: ");
  lines.close();
  return answer.trim() === 'reset';
}

function undoReset(places: Places, io: Io): number {
  const aside = lastAside(journalPath(places));
  if (aside === undefined) {
    io.stdout.write('Nothing was put aside.\n');
    return 1;
  }
  return take(journalOf(aside), aside, places, io);
}
