import type { GameEvent } from '../game/types.ts';
import type { Answered, Finished, JournalEvent, Played, Setting, Started } from './events.ts';

/** What is on record of a level. No event ever lowers any of it. */
export interface LevelRecord {
  /** By variant (from 0) that was finished: the most stars. */
  readonly best: ReadonlyMap<number, number>;
  /** How often it was begun; a restart begins it again. */
  readonly attempts: number;
  /** How many hints were opened, over all attempts. */
  readonly hints: number;
}

/** A run, such as one that was left before its end: `start(level, variant)` and its events in order lead to where it stood. */
export interface OpenRun {
  readonly run: string;
  readonly level: string;
  /** With which the run began, from 0. */
  readonly variant: number;
  /** What the level asked then (`digestOf`). */
  readonly digest: string;
  readonly events: readonly GameEvent[];
}

export interface Progress {
  /** By level id, also of levels that this version does not have. */
  readonly levels: ReadonlyMap<string, LevelRecord>;
  /** All runs whose log is whole, finished ones too. The last played comes first. */
  readonly runs: readonly OpenRun[];
  /** At most one for each level: the last that was begun, unless it is finished. The last played comes first. */
  readonly open: readonly OpenRun[];
  /** What answers told, each once, in the order of the lines. */
  readonly answers: readonly Answered[];
  /** As they were last changed. */
  readonly settings: ReadonlyMap<string, Setting>;
}

/**
 * What the events of a journal come to. The same line twice counts once, and the levels do not depend on which
 * of two journals comes first: so copies of a journal can be joined.
 */
export function progressOf(events: readonly JournalEvent[]): Progress {
  const fold = new Fold();
  for (const event of events) fold.add(event);
  return fold;
}

/** A run as the lines read so far tell it. */
interface RunSoFar extends OpenRun {
  readonly events: GameEvent[];
  /** False where the log that it goes on from is lost. */
  readonly whole: boolean;
  finished: boolean;
}

class Fold implements Progress {
  readonly levels = new Map<string, { best: Map<number, number>; attempts: number; hints: number }>();
  readonly settings = new Map<string, Setting>();
  readonly answers: Answered[] = [];
  /** In the order in which they were last played. */
  readonly #runs = new Map<string, RunSoFar>();
  /** By level: the run that was begun last. */
  readonly #latest = new Map<string, string>();
  /** Events of runs that count already. */
  readonly #counted = new Set<string>();

  get runs(): readonly OpenRun[] {
    return [...this.#runs.values()].filter(({ whole }) => whole).reverse();
  }

  get open(): readonly OpenRun[] {
    return [...this.#runs.values()]
      .filter(({ run, level, whole, finished }) => whole && !finished && this.#latest.get(level) === run)
      .map(({ run, level, variant, digest, events }) => ({ run, level, variant, digest, events }))
      .reverse();
  }

  add(event: JournalEvent): void {
    if (event.type === 'start') this.#start(event);
    else if (event.type === 'event') this.#played(event);
    else if (event.type === 'finish') this.#finish(event);
    else if (event.type === 'answer') this.#answered(event);
    else if (event.type === 'drop') this.#close(event.run);
    else this.settings.set(event.name, event.value);
  }

  #start({ run, n, level, variant, digest, from }: Started): void {
    if (this.#runs.has(run)) return;
    const events = from === undefined ? [] : (this.#runs.get(from)?.events.slice(0, n) ?? []);
    this.#runs.set(run, { run, level, variant, digest, events, whole: events.length === n, finished: false });
    this.#latest.set(level, run);
    if (from === undefined) this.#record(level).attempts++;
  }

  /** An event that does not continue the log, since a line before it is lost, is left out of it. */
  #played({ run: id, n, event }: Played): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    if (n === run.events.length) {
      run.events.push(event);
      run.finished = false;
      this.#runs.delete(id);
      this.#runs.set(id, run);
    }
    const name = `${n} ${id}`;
    if (this.#counted.has(name)) return;
    this.#counted.add(name);
    if (event.type === 'restart') this.#record(run.level).attempts++;
    if (event.type === 'hint') this.#record(run.level).hints++;
  }

  #finish({ run, level, variant, stars }: Finished): void {
    const { best } = this.#record(level);
    best.set(variant, Math.max(best.get(variant) ?? 0, stars));
    this.#close(run);
  }

  #answered(event: Answered): void {
    const name = `answer ${event.n} ${event.run}`;
    if (this.#counted.has(name)) return;
    this.#counted.add(name);
    this.answers.push(event);
  }

  #close(id: string): void {
    const run = this.#runs.get(id);
    if (run !== undefined) run.finished = true;
  }

  #record(level: string) {
    const known = this.levels.get(level) ?? { best: new Map(), attempts: 0, hints: 0 };
    this.levels.set(level, known);
    return known;
  }
}
