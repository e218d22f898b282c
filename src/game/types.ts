import type { ConsequenceStep, Judgement, Verdict } from '../judge/verdict.ts';
import type { Move, Region } from '../language/moves.ts';
import type { Depth } from '../levels/level.ts';
import type { CourseQuestion } from '../levels/stage.ts';
import type { Cost, Field, Panel, Prediction, Reason, Trap, View } from '../machines/machine.ts';

/**
 * The game as plain data. A run is the fold of its log: `run.ts` has `start(level, variant)` and
 * `play(run, event)`; the ui reads only a `Table`. Nothing here holds a world.
 */

/** What a player can do to a run. The log of these is the save, the replay and the undo stack. */
export type GameEvent =
  | { readonly type: 'decide'; readonly decision: string }
  | { readonly type: 'undo' }
  | { readonly type: 'hint' }
  /** Answers what is asked in passing, `rights=yes,others=no`; whoever does something else passes it over. */
  | { readonly type: 'look'; readonly answer: string }
  /** Starts the level anew with another variant; can be undone. */
  | { readonly type: 'restart'; readonly variant: number };

/** A refusal is a value: the event does not fit the state, and nothing changed. */
export interface Refused {
  readonly refused:
    | 'finished'
    | 'not-on-offer'
    | 'nothing-to-undo'
    | 'no-more-hints'
    | 'no-such-variant'
    | 'nothing-asked'
    | 'exam';
  readonly expected: string;
}

export interface Offer {
  /** The accepted form: what `--decide` takes and what the log holds. */
  readonly id: string;
  /** As the menu words it. */
  readonly label: string;
}

/** A field of a prediction with its words. */
export interface FormField extends Field {
  /** 'Which frame is mapped afterwards?' */
  readonly label: string;
  /** By option: 'a new frame'. */
  readonly labels: Readonly<Record<string, string>>;
}

export type QuestionDepth = CourseQuestion['depth'];

/** What a schedule that is being put together has come to. */
export interface Outlook {
  readonly view: View;
  /** The picks that did step, as an answer. */
  readonly schedule: string;
  /** What happened last: '' at the start. */
  readonly caption: string;
  /** It shows a difference, and is an answer. */
  readonly shows: boolean;
  /** Who can step next, and what that would be. One that waits for a lock cannot. */
  readonly next: readonly { readonly process: string; readonly label: string; readonly waits: boolean }[];
}

/** The open question. A predict question has fields instead of a trap, and no banner. */
export interface Question {
  /** Counts the faults and predictions of the run, from 1. */
  readonly n: number;
  readonly depth: QuestionDepth;
  readonly move: Move;
  /** Of what has trapped. */
  readonly trap?: Trap;
  /** In words: 'sh stores 9 to heap+0'. */
  readonly operation: string;
  readonly process: string;
  readonly address: number;
  /**
   * decide: the menu. Where there is a form: every answer that it allows, as `fault=fault,class=copy,...`.
   * break: only `none`; else an answer is a schedule, names of processes with spaces between.
   */
  readonly offers: readonly Offer[];
  /** Of a question that a form is filled in for. */
  readonly fields?: readonly FormField[];
  /** order: all micro-steps, in words; `asked` are those that are to be put in order. */
  readonly steps?: readonly { readonly text: string; readonly asked: boolean }[];
  /** break: what is broken, in words. */
  readonly kernel?: string;
  /** Nobody has to answer it, and no star hangs on it. */
  readonly inPassing?: true;
}

/** What is asked in passing about the fault that was answered last: what decided it? */
export interface Aside {
  readonly question: Question;
  /** Once it was answered. */
  readonly answer?: Answer;
  /** The picture in which the fault was put. */
  readonly view: View;
}

/** One answer of this attempt, right or wrong, in the order of the log. What was taken back stays. */
export interface Answer {
  readonly n: number;
  readonly depth: QuestionDepth;
  readonly operation: string;
  readonly process: string;
  readonly address: number;
  readonly errorCode: number | null;
  readonly offers: readonly string[];
  readonly decision: string;
  readonly verdict: Verdict;
  /** Not of a form that foretells or looks back. */
  readonly judgement?: Judgement;
  /** predict, evidence: the right answers, field by field. */
  readonly truth?: Prediction;
  /** predict, evidence: the right answer in its text form. */
  readonly expected?: string;
  /** predict only: why the last fault of the move is answered as it is; absent where it does not fault. */
  readonly reason?: Reason;
  /** From the trap (predict: from the move's start) until the instruction completed or was signalled. */
  readonly cost: Cost;
  /** The run went on after it: else the same question was asked again. */
  readonly wentOn: boolean;
  /** An answer after which the run went on, and that was undone later. Stars remember it, the world does not. */
  readonly takenBack: boolean;
  /** Words, composed from the facts: what was done, which rule decided, what was wasted. */
  readonly text: AnswerText;
  /** The picture when the question was put, and after the answer (right ones; else as before). */
  readonly before: View;
  readonly after: View;
}

export interface AnswerText {
  /** 'You let child write in place. sh still maps f3.' */
  readonly headline: string;
  /** 'The entry is read-only, the VMA is writable, and f3 has two mappers: copy on write.' */
  readonly rule: string;
  /** 'do_wp_page' */
  readonly function: string;
  /** Wasteful: '1 frame and 4096 bytes more than needed. Better: write in place.' Else ''. */
  readonly waste: string;
  /** Wrong: what the decision made of the entry: 'child heap+0: f3 r-- A - → f3 rw- A D'. Else ''. */
  readonly decided: string;
  /** Each consequence step in words, as the steps of the judgement: who, what, and what it showed. */
  readonly steps: readonly StepText[];
  /** Broken invariants: 'I1: a writable entry maps an anonymous frame that nobody else maps'. */
  readonly broken: readonly string[];
  /** Where the pages were given other bytes to show the difference, says so; else ''. */
  readonly note: string;
}
export interface StepText {
  readonly who: string;
  readonly operation: string;
  /** 'sees 9, should see 7'; '' where it shows what it should. */
  readonly shows: string;
}

export interface Summary {
  /** 0 to 3, of this attempt. */
  readonly stars: number;
  /** Sum over what was done. */
  readonly cost: Cost;
  readonly par: Cost;
  /** What copying at once at every fork would have cost. */
  readonly eager: { readonly frames: number; readonly bytesRead: number; readonly bytesWritten: number };
  /** What was asked in passing, and of that what was answered rightly; the stars do not know of it. */
  readonly looks: { readonly right: number; readonly of: number };
  /** In the order of the log, those taken back included: they count for the stars. */
  readonly wasteful: readonly {
    readonly n: number;
    /** Where: 'sh stores 9 to heap+0'; of a schedule, which is about several, ''. */
    readonly operation: string;
    readonly text: string;
  }[];
  /** Where several systems ran the program: who decided the last operation in each, and what it took. */
  readonly comparison?: Panel;
  /** A wasteful decision that happened to make the run cheaper than par. */
  readonly belowPar: boolean;
}

/** How an exam stands: first answers. */
export interface ExamState {
  readonly right: number;
  /** Questions answered up to now. */
  readonly of: number;
  readonly wrong: number;
  /** So many may be wrong. */
  readonly mistakes: number;
}

/** A past picture, to scrub through with the arrow keys. */
export interface Moment {
  /** In words, what happened just before. */
  readonly caption: string;
  readonly view: View;
}

/** All that a screen of play shows. */
export interface Table {
  readonly level: {
    readonly id: string;
    readonly title: string;
    readonly chapter: string;
    readonly chapterTitle: string;
    readonly story: string;
    readonly depth: Depth;
  };
  /** Of an exam only. */
  readonly exam?: ExamState;
  readonly variant: number;
  readonly variants: number;
  readonly regions: readonly Region[];
  /** Address of page 0. */
  readonly base: number;
  readonly view: View;
  /** Absent when finished. */
  readonly question?: Question;
  /** Where the answer that was given last is followed by a question in passing. */
  readonly aside?: Aside;
  /** Of a schedule that is asked for: before anybody has stepped. */
  readonly outlook?: Outlook;
  readonly answers: readonly Answer[];
  readonly hints: { readonly opened: readonly string[]; readonly total: number };
  /** Once the level is finished. */
  readonly summary?: Summary;
  /** Sum over what was done up to now, the open fault's trap included. */
  readonly cost: Cost;
  /** Oldest first; the present is `view`, not the last of these. */
  readonly moments: readonly Moment[];
  readonly canUndo: boolean;
  /** Stars that this attempt can still earn. */
  readonly starsLeft: number;
}

export type { ConsequenceStep };
