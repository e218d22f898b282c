import { isRefused, lookAhead, play, type Run, start, table } from '../game/run.ts';
import type { GameEvent, Outlook, Refused, Table } from '../game/types.ts';
import type { Level, Library } from '../levels/level.ts';
import { variantsOf } from '../levels/variants.ts';
import { type Chart, chartOf } from '../progress/chart.ts';
import type { Setting } from '../progress/events.ts';
import { examToTake } from '../progress/exams.ts';
import { dueAt, reviewFrom, starsIn } from '../progress/problems.ts';
import { openSession } from '../progress/session.ts';
import { drawVariant, type Passable } from '../progress/stars.ts';
import type { Store } from '../progress/store.ts';
import { examLevel, isExamName } from '../study/exam.ts';
import { isProblemName } from '../study/problem.ts';
import { problemLevel, problemVariant, type Series, seedOfDay, shiftOf } from '../study/series.ts';
import type { Game, Opened, Shift } from './game.ts';
import { type Preferences, preferencesFrom } from './preferences.ts';
import { fill, texts } from './texts.ts';

/** What is kept of the outside for as long as the game is on. */
export interface Chance {
  /** Any whole number from 0, by chance. */
  readonly seed: () => number;
  /** Of the first level that is opened, instead of one drawn by chance; counts from 0. */
  readonly variant?: number | undefined;
  /** The time here. */
  readonly now?: () => Date;
  /** Settings that hold at the start, for a level of one's own. */
  readonly settings?: ((name: string) => Setting | undefined) | undefined;
  /** What follows a problem; today's shift where it is left out. */
  readonly series?: Series | undefined;
}

/** A run that is being played, and saved or not. */
interface Playing {
  readonly run: Run;
  play(event: GameEvent): Run | Refused;
}

/**
 * The game of the library: everything is saved in `store`.
 * @param passableOf what the proof found of a level, for its third star
 */
export class LibraryGame implements Game {
  readonly #library: Library;
  readonly #store: Store;
  readonly #passableOf: (level: string) => Passable;
  readonly #seed: () => number;
  readonly #today: () => Date;
  readonly #series: Series | undefined;
  readonly #changed: string[] = [];
  #wanted: number | undefined;
  #playing: Playing | undefined;
  #preferences: Preferences | undefined;
  /** What is due, begun from the menu, and the problems that it has put. */
  readonly #review: Series;
  readonly #reviewed = new Set<string>();

  constructor(library: Library, store: Store, passableOf: (level: string) => Passable, chance: Chance) {
    this.#library = library;
    this.#store = store;
    this.#passableOf = passableOf;
    this.#seed = chance.seed;
    this.#wanted = chance.variant;
    this.#today = chance.now ?? (() => new Date());
    this.#series = chance.series;
    this.#review = reviewFrom(() => store.progress, this.#today, chance.seed);
  }

  get notices(): readonly string[] {
    return [...this.#store.notices, ...this.#changed];
  }

  get trouble(): string | undefined {
    return this.#store.trouble?.message;
  }

  get preferences(): Preferences {
    this.#preferences ??= preferencesFrom(this.#store.settings.get);
    return this.#preferences;
  }

  set(name: string, value: string): void {
    this.#preferences = undefined;
    // What cannot be saved becomes the store's trouble.
    void this.#store.settings.set(name, value);
  }

  chart(): Chart {
    return chartOf(this.#library, this.#store.progress, this.#passableOf);
  }

  underway(): Level | undefined {
    const [last] = this.#store.progress.open.flatMap(
      ({ level }) => this.#library.levels.find(({ id }) => id === level) ?? examLevel(level) ?? [],
    );
    return last;
  }

  after(level: string): Level | undefined {
    if (isProblemName(level)) return this.#afterProblem(level);
    if (isExamName(level)) return this.chart().next?.level;
    const order = this.#library.chapters.flatMap(({ levels }) => levels);
    const next = order[order.indexOf(level) + 1];
    return this.#library.levels.find(({ id }) => id === next);
  }

  shift(): Shift {
    const ids = shiftOf(seedOfDay(this.#today()));
    const left = ids.filter(id => !this.#store.progress.levels.get(id)?.best.size);
    return {
      next: problemLevel(left[0] ?? ''),
      done: ids.length - left.length,
      of: ids.length,
    };
  }

  exam(system: string, chapter: string): Level | undefined {
    const entry = this.chart().exams.find(each => each.system === system && each.chapter === chapter);
    return entry === undefined ? undefined : examLevel(examToTake(entry, this.#seed()));
  }

  due(): number {
    return dueAt(this.#store.progress, this.#today()).length;
  }

  review(): Level | undefined {
    const last = [...this.#reviewed].at(-1) ?? '';
    // One that was left before its end comes again.
    const open = this.#reviewed.has(last) && starsIn(this.#store.progress, last) === undefined;
    return open ? problemLevel(last) : this.#put(this.#review.after(last));
  }

  open(level: Level): Opened {
    const variant = this.#wanted ?? this.#draw(level);
    const session = openSession(this.#store, level, variant);
    this.#playing = session;
    if (session.changed) this.#changed.push(fill(texts.map.changed, { level: level.title }));
    const left = table(session.run);
    const other = this.#wanted !== undefined && left.variant !== this.#wanted;
    this.#wanted = undefined;
    // A run that is finished, or of another variant than was asked for, goes on with a new attempt.
    if (left.summary !== undefined || other) {
      const again = session.play({ type: 'restart', variant });
      // An exam that is over is not taken anew: this is another run.
      if (isRefused(again)) return this.open(level);
    }
    const resumed = session.run.log.length > 0 && left.summary === undefined && !other;
    return { table: table(session.run), resumed };
  }

  play(event: GameEvent): Table | Refused {
    const run = this.#playing!.play(event);
    return isRefused(run) ? run : table(run);
  }

  outlook(picks: readonly string[]): Outlook | undefined {
    return lookAhead(this.#playing!.run, picks);
  }

  drawVariant(): number {
    const { run } = this.#playing!;
    return this.#draw(run.level, table(run).variant);
  }

  #afterProblem(id: string): Level | undefined {
    if (this.#reviewed.has(id)) return this.#put(this.#review.after(id));
    return this.#series === undefined ? this.shift().next : this.#series.after(id);
  }

  #put(problem: Level | undefined): Level | undefined {
    if (problem !== undefined) this.#reviewed.add(problem.id);
    return problem;
  }

  #draw(level: Level, last?: number): number {
    const best = this.#store.progress.levels.get(level.id)?.best ?? new Map();
    // A problem is first put as its seed says.
    const own = best.size === 0 && last === undefined ? problemVariant(level.id) : undefined;
    if (own !== undefined) return own;
    return drawVariant(best, variantsOf(level).length, this.#passableOf(level.id), this.#seed(), last);
  }
}

/** A level file of one's own: it stands alone, and nothing is kept. */
export class OwnGame implements Game {
  readonly notices: readonly string[] = [];
  readonly trouble = undefined;
  readonly #chance: Chance;
  readonly #settled = new Map<string, Setting>();
  #run: Run | undefined;
  preferences: Preferences;

  constructor(chance: Chance) {
    this.#chance = chance;
    this.preferences = this.#prefer();
  }

  set(name: string, value: string): void {
    this.#settled.set(name, value);
    this.preferences = this.#prefer();
  }

  #prefer(): Preferences {
    return preferencesFrom(name => this.#settled.get(name) ?? this.#chance.settings?.(name));
  }

  chart(): undefined {
    return undefined;
  }
  underway(): undefined {
    return undefined;
  }
  after(): undefined {
    return undefined;
  }
  shift(): undefined {
    return undefined;
  }
  exam(): undefined {
    return undefined;
  }
  due(): number {
    return 0;
  }
  review(): undefined {
    return undefined;
  }

  open(level: Level): Opened {
    const { variant, seed } = this.#chance;
    this.#run = start(level, variant ?? seed() % variantsOf(level).length);
    return { table: table(this.#run), resumed: false };
  }

  play(event: GameEvent): Table | Refused {
    const run = play(this.#run!, event);
    if (isRefused(run)) return run;
    this.#run = run;
    return table(run);
  }

  outlook(picks: readonly string[]): Outlook | undefined {
    return lookAhead(this.#run!, picks);
  }

  drawVariant(): number {
    const { level } = this.#run!;
    const last = table(this.#run!).variant;
    return drawVariant(new Map(), variantsOf(level).length, [], this.#chance.seed(), last);
  }
}
