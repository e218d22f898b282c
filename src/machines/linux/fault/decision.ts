import { decisionsNamed } from '../../decisions.ts';
import type { Choice, Field } from '../../machine.ts';

/** What a handler may decide, in the order of every menu. Each is the kernel's whole routine of that name. */
export const DECISIONS = [
  'copy',
  'reuse',
  'zeroed',
  'zero-page',
  'spurious',
  'map-cache',
  'swap-in',
  'grow',
  'refuse-access',
  'refuse-unmapped',
  'refuse-bus',
  'fix-up',
  'oops',
  'oom-kill',
] as const;
export type DecisionName = (typeof DECISIONS)[number];

export interface Decision extends Choice {
  readonly do: DecisionName;
  readonly writable?: string;
  readonly exclusive?: string;
  readonly flush?: string;
  readonly maps?: string;
  readonly refs?: string;
}

/**
 * What a decision may say beside its name. The first option of each field is what the kernel does; a decision
 * that leaves a field out does the same.
 */
export const details: readonly Field[] = [
  { id: 'writable', options: ['yes', 'no'], when: { do: ['copy', 'reuse', 'zeroed'] } },
  { id: 'exclusive', options: ['yes', 'no'], when: { do: ['copy', 'reuse', 'zeroed'] } },
  { id: 'flush', options: ['everywhere', 'here', 'none'], when: { do: ['copy'] } },
  { id: 'maps', options: ['less', 'same'], when: { do: ['copy'] } },
  { id: 'refs', options: ['less', 'same'], when: { do: ['copy'] } },
];

export const {
  decisions,
  parse: parseDecision,
  format: formatDecision,
} = decisionsNamed<DecisionName, Decision>(DECISIONS, details);
