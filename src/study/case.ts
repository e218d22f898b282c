import type { Draws } from './random.ts';

/**
 * What problems are made of. A case is one page with a history that can go two ways, and an access to it: which way
 * it went decides the right answer, and hardly shows. A system brings its cases, and words for what they are about.
 */

/** An operation of a problem; in one of the two ways only, if `when` says so. */
export interface Line {
  readonly process: string;
  readonly text: string;
  readonly when?: Way;
}
/** The two ways that a history can go. */
export const WAYS = ['one', 'other'] as const;
export type Way = (typeof WAYS)[number];

/** What a case may use: names that nobody else uses, and who acts. */
export interface Scene {
  /** Process that exists from the start. */
  readonly parent: string;
  readonly child: string;
  /** Who makes the access, and the other one. */
  readonly me: string;
  readonly you: string;
  readonly region: string;
  /** The number of the case in its problem, from 0: its page of a file. */
  readonly n: number;
  /** Pages of the region; the case is about `page`, 'heap+1'. */
  readonly pages: number;
  readonly page: string;
  /** Distinct bytes that are not 0. */
  readonly bytes: readonly number[];
  /** Somebody else's name, that no other case uses. */
  readonly third: string;
  /** Two of the four cells of a page, in any order: 0 to 3. */
  readonly cells: readonly number[];
  readonly draws: Draws;
}

export interface Case {
  readonly id: string;
  /** Of the concepts of its system: those that it takes to see which way it went. */
  readonly concepts: readonly string[];
  /** The rules that can decide it: what wrong answers reveal is looked up by them. */
  readonly rules: readonly string[];
  /** Only the child's page can be asked about: only there is a fault, or the parent has a part in it. */
  readonly byChild?: true;
  /** It takes one process only, and no fork. */
  readonly alone?: true;
  /** In one of the two ways nothing traps: it can be foretold, but not decided. */
  readonly silent?: true;
  /** There is room for one such page only, so that it is no decoy. */
  readonly single?: true;
  /** Is nothing that a player by rote looks at (entry, error code, counts, access) different in the two ways? */
  readonly hidden?: true;
  /** What happens before the fork, what after it, what at the very end, and the access. */
  readonly lines: (scene: Scene) => {
    readonly before: readonly Line[];
    readonly after: readonly Line[];
    readonly last?: readonly Line[];
    readonly ask: Line;
  };
}

/** Something that happens to the child at the end, one way, or does not; pages that it shared then have one owner. */
export interface Fate extends Pick<Case, 'id' | 'concepts' | 'rules'> {
  readonly text: string;
}

/** What the exam of a chapter is made of. */
export interface ExamPool {
  /** The decisions on offer: all that the cases can come to, and others. */
  readonly menu: readonly string[];
  /** Facts of which each right answer is followed by the question whether they decided it; none where left out. */
  readonly evidence?: readonly string[];
  /** Only what its levels have taught, or those before them. */
  readonly cases: readonly Case[];
  readonly fates?: readonly Fate[];
  /** Files that are there before anything happens, as a level file declares them: '0 9 ext4'. */
  readonly files?: readonly string[];
  /** The swap device, as a level file declares it. */
  readonly swap?: string;
  /** Of a machine that is made otherwise than the system's own; then the final exam leaves the pool out. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** What the problems of one kind are made of. */
export interface Pool extends Omit<ExamPool, 'evidence'> {
  /** What is asked of the player instead of a decision: then the menu holds the fields of a prediction. */
  readonly depth?: 'predict';
  /** What answers can come to by which they reveal a misconception; the menu, where left out. */
  readonly acts?: readonly string[];
  /** The least difficulty at which problems are about it, unless they are asked for. */
  readonly least?: number;
  /** Its regions are one page each. */
  readonly narrow?: true;
  /** Where they are not those of the maker. */
  readonly stories?: readonly string[];
  readonly hints?: readonly string[];
}

/** What a pool declares before the first operation. */
export const headsOf = ({ files = [], swap }: Pick<ExamPool, 'files' | 'swap'>): Line[] => [
  ...files.map(text => ({ process: 'file', text })),
  ...(swap === undefined ? [] : [{ process: 'swap', text: swap }]),
];

/** What of a system problems are made of. */
export interface Maker {
  readonly system: string;
  readonly rules: string;
  /** What problems are about; each is made of one of these. */
  readonly pools: readonly Pool[];
  /** By chapter, in the order of play. */
  readonly exams?: Readonly<Record<string, ExamPool>>;
  /** What happens to the two processes between what came before and what comes after; a fork, where left out. */
  readonly between?: (cast: Pick<Scene, 'parent' | 'child'>) => readonly Line[];
  /** Pairs of a process and its child. */
  readonly processes: readonly (readonly [parent: string, child: string])[];
  readonly regions: readonly string[];
  /** For others than the two, a name for each case. */
  readonly thirds?: readonly string[];
  /** With `{parent}` and `{child}`. */
  readonly stories: readonly string[];
  readonly hints: readonly string[];
}
