import { decisionsNamed } from '../decisions.ts';
import type { Choice } from '../machine.ts';

/** What a pager may decide about a message, in the order of every menu; specification section 9.1. */
export const PAGER = [
  'ask-read',
  'ask-write',
  'ask-run',
  'alloc',
  'fill',
  'swap-in',
  'recall',
  'evict',
  'wait',
  'reply',
  'forward',
  'drop',
  'give-clean',
  'give-last',
  'give-slow',
  'segv',
  'bus',
] as const;

/** What physmem may decide about a request to map; section 9.2. */
export const MAPS = [
  'map',
  'map-ro',
  'copy',
  'drop-soft',
  'zero',
  'reclaim',
  'deny-missing',
  'deny-memory',
  'deny-rights',
  'deny-invalid',
  'deny-busy',
] as const;

/** What physmem may decide about a request to copy or to share; section 9.3. */
export const COPIES = ['share', 'copy-lazy', 'copy-late', 'copy-now'] as const;

/** What physmem may decide about a request to free; section 9.3. */
export const FREES = ['free', 'free-mapped', 'free-all', 'keep'] as const;

/** What physmem may decide before new data goes where a page was evicted; sections 8 and 10, H18. */
export const REUSES = ['release', 'leave', 'overwrite'] as const;

export const DECISIONS = [...PAGER, ...MAPS, ...COPIES, ...FREES, ...REUSES] as const;
export type DecisionName = (typeof DECISIONS)[number];

export interface Decision extends Choice {
  readonly do: DecisionName;
}

export const {
  decisions,
  parse: parseDecision,
  format: formatDecision,
} = decisionsNamed<DecisionName, Decision>(DECISIONS);
