import type { Move, Seen } from '../language/moves.ts';
import type { Cost, Reason, View, Violation } from '../machines/machine.ts';

/** Best first. A wrong decision bears the class of its shortest consequence; at equal length the worse one. */
export const VERDICTS = [
  'optimal',
  'wasteful',
  'mispredicted',
  'overlooked',
  'miscount',
  'leak',
  'livelock',
  'misrefused',
  'corruption',
  'breach',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const isRight = (verdict: Verdict): boolean => verdict === 'optimal' || verdict === 'wasteful';
export const worse = (a: Verdict, b: Verdict): Verdict =>
  VERDICTS.indexOf(a) >= VERDICTS.indexOf(b) ? a : b;

/** One move of a consequence: what its process saw and what the ideal would have shown. */
export interface ConsequenceStep {
  readonly move: Move;
  readonly seen: Seen | { readonly kind: 'fault' };
  readonly ideal: Seen;
  /** Not the whole move: its trap, or a micro-step of the kernel's for it. */
  readonly micro?: { readonly task: string; readonly step: string };
  /** What the move did that no process is shown, as the machine names it. */
  readonly trespass?: string;
  /** The picture after the move. */
  readonly view: View;
}

export interface Consequence {
  /** The picture right after the decision, before the instruction is retried. */
  readonly decided: View;
  /** Step 1 is the retried instruction. */
  readonly steps: readonly ConsequenceStep[];
  /** Invariants that the decision broke, at the earliest step that shows any. */
  readonly broken: readonly Violation[];
  /** How many states the search visited. */
  readonly tried: number;
  /**
   * True where the bytes on the screen would have hidden the difference: then the pages were filled with
   * distinct bytes to show it.
   */
  readonly relabelled: boolean;
}

/** What the judge says of one decision at one fault. */
export interface Judgement {
  readonly decision: string;
  readonly verdict: Verdict;
  readonly consequence?: Consequence;
  /** Of the decision, from the trap until the instruction completed or its process was signalled. */
  readonly cost: Cost;
  /** Of the cheapest right decision on offer (of an optimal one: its own). */
  readonly bestCost: Cost;
  /** A right decision on offer that costs no more in every count and less in one; only if wasteful. */
  readonly better?: string;
  /** The kernel's own decision. */
  readonly reference: string;
  /** True where the kernel's own decision is not optimal here. */
  readonly kernelBeaten: boolean;
  /** Of a race: how many states it can come to. */
  readonly tried?: number;
  /** Of a broken kernel's decision that was stopped: what would have come of it. */
  readonly stopped?: Judgement;
  /** Of a schedule: how many steps more it takes than the shortest. */
  readonly longer?: number;
  readonly reason: Reason;
}
