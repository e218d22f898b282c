import type { GameEvent } from '../game/types.ts';
import { VERDICTS, type Verdict } from '../judge/verdict.ts';

/** The version of the lines that this code writes, and the newest that it reads. */
export const VERSION = 1;

/** Of every line: when (ISO 8601, UTC) it was written. */
interface Stamp {
  readonly v: typeof VERSION;
  readonly at: string;
}

/** Of a line about a run: which run, and how many game events the run's log held before. Never twice the same. */
interface OfRun extends Stamp {
  readonly run: string;
  readonly n: number;
}

/** A run begins: anew, or with the log of an earlier run up to where that stood. */
export interface Started extends OfRun {
  readonly type: 'start';
  readonly level: string;
  /** Counts from 0. */
  readonly variant: number;
  /** What the level asked when it was played (`digestOf`). */
  readonly digest: string;
  /** Each process that goes on with a run does so in a run of its own, so that none writes into another's. */
  readonly from?: string;
}

/** What the player did. */
export interface Played extends OfRun {
  readonly type: 'event';
  readonly event: GameEvent;
}

/** The level was finished. It names the level again, so that the record stands even if the start is lost. */
export interface Finished extends OfRun {
  readonly type: 'finish';
  readonly level: string;
  readonly variant: number;
  readonly stars: number;
}

/** The run cannot be gone on with: its level has changed. */
export interface Dropped extends OfRun {
  readonly type: 'drop';
}

/** What an answer told of its author; `n` is that of the event that gave it. */
export interface Answered extends OfRun {
  readonly type: 'answer';
  readonly level: string;
  readonly system: string;
  /** By which the fault is decided; `no-fault` where there was none. */
  readonly rule: string;
  readonly verdict: Verdict;
  /** Was it the first answer to its question? */
  readonly first: boolean;
  /** The misconceptions of which it may come; none of an optimal answer. */
  readonly shown: readonly string[];
}

/** A setting was changed. */
export interface SettingChanged extends Stamp {
  readonly type: 'set';
  readonly name: string;
  readonly value: Setting;
}
export type Setting = string | number | boolean;

/** One line of the journal. */
export type JournalEvent = Started | Played | Finished | Dropped | Answered | SettingChanged;

/** A line's value as an event; 'newer' if a newer version wrote it; undefined if it is no event at all. */
export function asEvent(value: unknown): JournalEvent | 'newer' | undefined {
  if (!isObject(value) || !isCount(value['v']) || value['v'] === 0) return undefined;
  if (value['v'] > VERSION) return 'newer';
  const { type } = value;
  const fits =
    typeof type === 'string' && Object.hasOwn(shapes, type) && shapes[type as JournalEvent['type']](value);
  return fits && isText(value['at']) ? (value as unknown as JournalEvent) : undefined;
}

type Fields = Readonly<Record<string, unknown>>;
const shapes: Readonly<Record<JournalEvent['type'], (line: Fields) => boolean>> = {
  start: line =>
    isOfRun(line) &&
    isPlace(line) &&
    isText(line['digest']) &&
    (line['from'] === undefined || isText(line['from'])),
  event: line => isOfRun(line) && isObject(line['event']) && isGameEvent(line['event']),
  finish: line => isOfRun(line) && isPlace(line) && isCount(line['stars']) && line['stars'] <= 3,
  drop: line => isOfRun(line),
  answer: line =>
    isOfRun(line) &&
    isText(line['level']) &&
    isText(line['system']) &&
    isText(line['rule']) &&
    (VERDICTS as readonly unknown[]).includes(line['verdict']) &&
    typeof line['first'] === 'boolean' &&
    Array.isArray(line['shown']) &&
    line['shown'].every(isText),
  set: line => isText(line['name']) && isSetting(line['value']),
};

const isOfRun = (line: Fields): boolean => isText(line['run']) && isCount(line['n']);
const isPlace = (line: Fields): boolean => isText(line['level']) && isCount(line['variant']);

function isGameEvent(event: Fields): boolean {
  switch (event['type']) {
    case 'decide':
      return typeof event['decision'] === 'string';
    case 'look':
      return typeof event['answer'] === 'string';
    case 'restart':
      return isCount(event['variant']);
    default:
      return event['type'] === 'undo' || event['type'] === 'hint';
  }
}

export const isSetting = (value: unknown): value is Setting =>
  ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
