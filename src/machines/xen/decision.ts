import { decisionsNamed } from '../decisions.ts';
import type { Choice, Field } from '../machine.ts';

/** What a hypervisor may decide, in the order of every menu. Each is its whole routine of that name. */
export const DECISIONS = [
  /** Carry the guest's store out for it, checked as an update of its table. */
  'emulate',
  /** Era 3.0.2: unhook the table and let the guest write to it. */
  'unhook',
  /** Era 3.0.2: look through what was written, hook the table in again, try again. */
  'flush-retry',
  'retry',
  /** Bounce the page fault to the guest's kernel. */
  'forward',
  /** Give the guest a general protection fault instead. */
  'inject',
  /** Give the guest another frame with the same bytes: what a Unix kernel would do, and Xen for shared pages. */
  'copy',
  /** Take a shared page over without a copy. */
  'unshare',
  /** Give the guest a zeroed frame from its pool. */
  'populate',
  /** Forget the shadow of what seems to be no table any more. */
  'unshadow',
  'map-ldt',
  'accept',
  /** Accept, but leave all flushing to the guest. */
  'accept-lazy',
  /** Accept, but flush the TLBs before the type is taken. */
  'flush-first',
  /** Rewrite the entry without looking at what it names. */
  'fast',
  'refuse',
  'crash',
  'panic',
] as const;
export type DecisionName = (typeof DECISIONS)[number];

export interface Decision extends Choice {
  readonly do: DecisionName;
  readonly refs?: string;
  readonly types?: string;
  readonly flush?: string;
}

/** Decisions that change counts, or open a table without doing so. */
const COUNTING: readonly DecisionName[] = ['emulate', 'unhook', 'accept'];

/**
 * What these may say beside their name: what becomes of the general count and of the type count of the frame
 * that the request or the stored entry is about, or that is unhooked, and who is flushed. What Xen does depends on
 * the request: `usualOf`.
 */
export const details: readonly Field[] = [
  { id: 'refs', options: ['kept', 'raised', 'dropped'], when: { do: COUNTING } },
  { id: 'types', options: ['kept', 'raised', 'dropped'], when: { do: COUNTING } },
  { id: 'flush', options: ['none', 'here', 'everywhere'], when: { do: COUNTING } },
];

export const {
  decisions,
  parse: parseDecision,
  format: formatDecision,
} = decisionsNamed<DecisionName, Decision>(DECISIONS, details);
