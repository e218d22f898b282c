import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { GameEvent } from '../game/types.ts';
import { digestOf } from '../levels/digest.ts';
import type { Level } from '../levels/level.ts';
import { type Answered, type JournalEvent, type Setting, VERSION } from './events.ts';
import { isLink, StoreError, textOf } from './files.ts';
import { appendLines, makeJournal } from './journal.ts';
import { noticesOf } from './notices.ts';
import { type Journal, parseJournal, printEvent } from './parse.ts';
import type { Places } from './paths.ts';
import { type OpenRun, type Progress, progressOf } from './records.ts';
import { readSettings, writeSetting } from './settings.ts';

export { StoreError } from './files.ts';

/**
 * A player's progress on disk. The journal is the truth: one event a line, only ever added to. What is to be saved
 * is on the disk when the method returns. Where that fails, `trouble` says so, the game can go on, and all that
 * is not saved goes out with the next save.
 */
export interface Store {
  /** What could not be read, and what became of it: sentences for the player. */
  readonly notices: readonly string[];
  /** Why something is not saved; undefined as long as all is. To be shown while it lasts, and at the end. */
  readonly trouble: StoreError | undefined;
  /** As read when the store was opened, and what this store saved since. */
  readonly progress: Progress;
  readonly settings: {
    get(name: string): Setting | undefined;
    set(name: string, value: Setting): Promise<void>;
  };
  /** Makes the journal, so that `trouble` tells before the game begins of a place where nothing can be saved. */
  prepare(): void;
  /** A run begins. */
  begin(level: Level, variant: number): Attempt;
  /** A run that was left goes on (`replay` gives its Run). Nothing is saved until something happens. */
  resume(open: OpenRun): Attempt;
  /** A run that no longer fits its level: it is not offered again; what was saved of it stays. */
  drop(open: OpenRun): void;
}

/** A run that is being played. */
export interface Attempt {
  /**
   * Saves what the player did; and, together with it, the stars where that finished the level, and what an answer
   * told.
   */
  play(event: GameEvent, finish?: Finish, told?: Told): void;
  /** Saves a finish alone: for a run that was found finished when it was replayed. */
  finish(finish: Finish): void;
}

/** What an answer told of its author. */
export type Told = Omit<Answered, 'v' | 'at' | 'type' | 'run' | 'n' | 'level'>;

export interface Finish {
  /** The one that was finished, from 0: a restart may have changed it. */
  readonly variant: number;
  readonly stars: number;
}

/** An event without what the store fills in. */
type Unstamped = JournalEvent extends infer E
  ? E extends JournalEvent
    ? Omit<E, 'v' | 'at'>
    : never
  : never;

/**
 * Opens the progress kept in `places`. Only reads, but for settings that it cannot understand: it renames them.
 * @param clock stamps the events
 * @param anyway where there is a journal that cannot be read, goes on without it, and saves nothing
 * @throws StoreError if there is a journal that cannot be read, unless `anyway`
 */
export function openStore(options: { places: Places; clock: () => Date; anyway?: boolean }): Store {
  const { places, clock, anyway = false } = options;
  const file = journalPath(places);
  const read = readJournal(file);
  if (read.closed !== undefined && !anyway) throw read.closed;
  const fromFile = readSettings(places.config, clock());
  const events = [...read.events];
  const unsaved: string[] = [];
  let trouble = read.closed;
  let progress: Progress | undefined = progressOf(events);
  const settings = new Map(fromFile.values ?? progress.settings);

  const append = (...added: readonly Unstamped[]): void => {
    const at = clock().toISOString();
    const stamped = added.map(event => ({ v: VERSION, at, ...event }) as JournalEvent);
    events.push(...stamped);
    progress = undefined;
    unsaved.push(...stamped.map(printEvent));
    if (read.closed !== undefined) return;
    try {
      appendLines(file, unsaved);
      unsaved.length = 0;
      trouble = undefined;
    } catch (error) {
      trouble = new StoreError('save', file, error);
    }
  };

  /** An attempt at a run whose log holds `events` events; `first` goes out with the next. */
  const attempt = (run: string, level: string, events: number, first: readonly Unstamped[]): Attempt => {
    let n = events;
    let before = first;
    const add = (...added: readonly Unstamped[]): void => {
      const all = [...before, ...added];
      before = [];
      append(...all);
    };
    const finished = ({ variant, stars }: Finish): Unstamped => ({
      type: 'finish',
      run,
      n,
      level,
      variant,
      stars,
    });
    return {
      play(event, finish, told) {
        const lines: Unstamped[] = [{ type: 'event', run, n, event }];
        if (told !== undefined) lines.push({ type: 'answer', run, n, level, ...told });
        n++;
        add(...lines, ...(finish === undefined ? [] : [finished(finish)]));
      },
      finish: finish => add(finished(finish)),
    };
  };

  return {
    notices: [...noticesOf(file, read.problems), ...fromFile.notices],
    get trouble() {
      return trouble;
    },
    get progress() {
      progress ??= progressOf(events);
      return progress;
    },
    settings: {
      get: name => settings.get(name),
      async set(name, value) {
        settings.set(name, value);
        append({ type: 'set', name, value });
        try {
          await writeSetting(places.config, name, value, settings);
        } catch (error) {
          trouble ??= new StoreError('save', places.config, error);
        }
      },
    },
    prepare() {
      if (read.closed !== undefined) return;
      try {
        makeJournal(file);
      } catch (error) {
        trouble = new StoreError('save', file, error);
      }
    },
    begin(level, variant) {
      const run = randomUUID();
      append({ type: 'start', run, n: 0, level: level.id, variant, digest: digestOf(level) });
      return attempt(run, level.id, 0, []);
    },
    resume({ run: from, level, variant, digest, events }) {
      const run = randomUUID();
      const n = events.length;
      return attempt(run, level, n, [{ type: 'start', run, n, level, variant, digest, from }]);
    },
    drop: ({ run, events }) => append({ type: 'drop', run, n: events.length }),
  };
}

/** The file that progress is kept in. */
export const journalPath = ({ state }: Places): string => path.join(state, 'journal.ndjson');

/** What a journal holds. Throws StoreError where it cannot be read. */
export function journalOf(file: string): Journal {
  const { closed, ...journal } = readJournal(file);
  if (closed !== undefined) throw closed;
  return journal;
}

/** What the journal holds; `closed` tells why nothing can be read of it, and nothing may be added to it. */
function readJournal(file: string): Journal & { readonly closed?: StoreError } {
  const closed = (task: 'read' | 'save', error: unknown) => ({
    ...parseJournal(''),
    closed: new StoreError(task, file, error),
  });
  try {
    const journal = parseJournal(textOf(file) ?? '');
    const isJournal = journal.events.length > 0 || journal.problems.every(({ kind }) => kind === 'newer');
    return isJournal || !isLink(file)
      ? journal
      : closed('save', new Error('it is a link to a file that is no journal'));
  } catch (error) {
    return closed('read', error);
  }
}
