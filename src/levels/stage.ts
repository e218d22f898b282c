import { OwnFault, type Situation } from '../judge/judge.ts';
import type { IdealState, World } from '../judge/run.ts';
import type { Judgement, Verdict } from '../judge/verdict.ts';
import type { Move, Program, Seen } from '../language/moves.ts';
import { sameSeen } from '../language/moves.ts';
import type { AnyMachine, Cost, Field, Prediction, Task, Trap } from '../machines/machine.ts';
import type { Level } from './level.ts';

/**
 * A level on its way through its script: at a question, or at the end. A value: answering makes a new one,
 * and the worlds inside are never changed, so that a course may be kept, branched from and gone back to.
 */
export interface Course {
  readonly level: Level;
  /** Counts from 0. */
  readonly variant: number;
  readonly program: Program;
  /** Moves of the program that belong to the set-up. */
  readonly setup: number;
  readonly machine: AnyMachine;
  readonly world: World;
  readonly ideal: IdealState;
  /** Which move is next, or has trapped. */
  readonly position: number;
  /** decide, detail: the open fault, in the worlds of this course. */
  readonly situation?: Situation;
  /** The fault that was just answered rightly, while it is asked what decided it. */
  readonly answered?: Situation;
  /** Costs up to the beginning of the move that has trapped. */
  readonly mark: Cost;
  /** What the faults of the script have cost up to now, each move from its first trap until it completed. */
  readonly spent: Cost;
}

/** A question that a form is filled in for: what an access will do, how a fault is served, what decided it. */
interface Form {
  readonly move: Move;
  readonly fields: readonly Field[];
  readonly offers: readonly string[];
}

export type CourseQuestion =
  | {
      readonly depth: 'decide';
      readonly move: Move;
      readonly trap: Trap;
      readonly offers: readonly string[];
      /** Of a broken kernel that is watched: its decision, to be let pass or to be stopped. */
      readonly decided?: string;
    }
  | (Form & { readonly depth: 'predict' | 'evidence' })
  | (Form & { readonly depth: 'detail'; readonly trap: Trap })
  /** In which order a kernel is to do the micro-steps of a task. */
  | (Form & { readonly depth: 'order'; readonly trap?: Trap; readonly task: Task })
  /** Who is to step when, so that a broken kernel is caught. */
  | {
      readonly depth: 'break';
      readonly move: Move;
      readonly kernel: string;
      /** Only that there is no such schedule: all others are too many to name. */
      readonly offers: readonly string[];
      readonly cast: readonly string[];
    };

export interface Answered {
  readonly verdict: Verdict;
  /** Not of a form that foretells or looks back. */
  readonly judgement?: Judgement;
  /** predict, evidence: the right answer, and its text form. */
  readonly truth?: Prediction;
  readonly expected?: string;
  /** Where the level goes on; absent where the same question is asked again. */
  readonly next?: Course;
}

/** Is told each move that has completed and what its process saw; the world is only to be looked at. */
export type Observer = (move: Move, seen: Seen, world: World) => void;

/** The ideal follows what was shown, which it must allow: every decision up to here was right. */
export function show(machine: AnyMachine, world: World, ideal: IdealState, move: Move, seen: Seen): void {
  const expected: readonly Seen[] = machine.ideal.expect(ideal, move);
  const sound = machine.sound?.(world) ?? true;
  if (sound && !expected.some(allowed => sameSeen(allowed, seen)))
    throw new OwnFault(
      `${move.process} ${move.op} showed ${JSON.stringify(seen)}, the ideal allows ${JSON.stringify(expected)}`,
    );
  machine.ideal.advance(ideal, move, seen);
}
