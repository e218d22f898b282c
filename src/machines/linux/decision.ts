import { LanguageError, type Place } from '../../language/errors.ts';
import type { Choice } from '../machine.ts';

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
] as const;
export type DecisionName = (typeof DECISIONS)[number];

export interface Decision extends Choice {
  readonly do: DecisionName;
}

/** One frozen value for each, so that deciding allocates nothing. */
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
