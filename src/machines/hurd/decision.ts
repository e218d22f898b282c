import { LanguageError, type Place } from '../../language/errors.ts';
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

export const DECISIONS = [...PAGER, ...MAPS, ...COPIES, ...FREES] as const;
export type DecisionName = (typeof DECISIONS)[number];

export interface Decision extends Choice {
  readonly do: DecisionName;
}

export const decisions = Object.freeze(
  Object.fromEntries(DECISIONS.map(name => [name, Object.freeze({ do: name })])),
) as Readonly<Record<DecisionName, Decision>>;

const isDecision = (name: string): name is DecisionName => (DECISIONS as readonly string[]).includes(name);

/** The decision of a text form. Throws a LanguageError that lists the names. */
export function parseDecision(
  text: string,
  place: Place = { file: 'decision', line: 1, column: 1 },
): Decision {
  const name = text.trim();
  if (!isDecision(name)) throw new LanguageError(place, `no decision '${name}'`, DECISIONS.join(', '));
  return decisions[name];
}

export const formatDecision = (decision: Decision): string => decision.do;
