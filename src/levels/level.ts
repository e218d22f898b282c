import type { Place } from '../language/errors.ts';

/** What is asked of the player. */
export const DEPTHS = ['decide', 'predict', 'detail', 'order', 'break'] as const;
export type Depth = (typeof DEPTHS)[number];

/** A level that passed the schema (`load.ts` is the only way from a LevelFile to a Level). Plain JSON data. */
export interface Level {
  /** A slug that never changes and is never used again: progress is keyed by it. */
  readonly id: string;
  readonly title: string;
  readonly system: string;
  /** The machine's rule set; where the file is silent, the machine's default. */
  readonly rules: string;
  /** Settings of the machine that are not left out; `$name` stands for the variant's value. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly chapter: string;
  /** Where costs count to the end of the script, and not only to that of the fault. */
  readonly horizon?: 'script';
  readonly depth: Depth;
  /** Concepts (assets/SYSTEM/concepts.json) that it introduces and that it presupposes. */
  readonly teaches: readonly string[];
  readonly uses: readonly string[];
  /** Misconceptions (assets/SYSTEM/misconceptions.json). */
  readonly treats: readonly string[];
  readonly story: string;
  /** Runs with the kernel deciding, before the first question. */
  readonly setup: readonly Step[];
  /** Runs with the player deciding. */
  readonly script: readonly Step[];
  /** Name to values; a variant picks one value of each. Without variants there is one, the empty choice. */
  readonly variants: Readonly<Record<string, readonly string[]>>;
  /**
   * Decisions on offer (decide, detail), fields asked (predict), micro-steps to be put in order (order), in this
   * order at every question; broken kernels, one after the other (break).
   */
  readonly menu: readonly string[];
  /** detail: which fields of a decision are asked. break: `decisions`, those of the kernel instead of a schedule. */
  readonly asks?: readonly string[];
  /** Facts of which it is asked after each right decision whether they decided it. */
  readonly evidence?: readonly string[];
  /** Where to look; which rule. The third hint is computed. */
  readonly hints: readonly string[];
  /** Of an exam, which has no hints: to so many questions the first answer may be wrong. */
  readonly exam?: { readonly mistakes: number };
  /** Path of the level file, for messages. */
  readonly file: string;
}

/** What only playing a level asks for, and no list of levels: the most of what there is to read. */
export const BODY = ['story', 'setup', 'script', 'hints'] as const;
export type Body = Pick<Level, (typeof BODY)[number]>;

/** One line of a set-up or script: an operation of a process, in some variants only. */
export interface Step {
  readonly process: string;
  /** An operation of the language; `$name` stands for the variant's value of `name`. */
  readonly text: string;
  /** All must hold: ['child', 'gone'] is `when: child=gone`. */
  readonly when: readonly (readonly [name: string, value: string])[];
  readonly place: Place;
}

export interface Chapter {
  readonly id: string;
  readonly title: string;
  readonly system: string;
  /** One sentence for the chapter list. */
  readonly about: string;
  /** Level ids in the order of play. */
  readonly levels: readonly string[];
}

/** What the bundle holds: levels/levels.generated.json, bodies.generated.json and chapters.generated.json. */
export interface Library {
  readonly chapters: readonly Chapter[];
  readonly levels: readonly Level[];
}
