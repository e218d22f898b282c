import { LanguageError, type Place } from '../../../language/errors.ts';
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

/** One frozen value for each, so that deciding allocates nothing. */
export const decisions = Object.freeze(
  Object.fromEntries(DECISIONS.map(name => [name, Object.freeze({ do: name })])),
) as Readonly<Record<DecisionName, Decision>>;

const isDecision = (name: string): name is DecisionName => (DECISIONS as readonly string[]).includes(name);

/**
 * The decision of a text form: its name, and `field=value` for what it would leave open.
 * @param fields what may be said beside the name
 * @throws LanguageError that lists the names
 */
export function parseDecision(
  text: string,
  fields: readonly Field[] = [],
  place: Place = { file: 'decision', line: 1, column: 1 },
): Decision {
  const [name = '', ...said] = text.trim().split(/\s+/);
  if (!isDecision(name)) throw new LanguageError(place, `no decision '${name}'`, DECISIONS.join(', '));
  if (said.length === 0) return decisions[name];
  const values: Record<string, string> = {};
  for (const each of said) {
    const [id = '', value = ''] = each.split('=');
    const field = fields.find(known => known.id === id && (known.when?.['do'] ?? [name]).includes(name));
    if (field === undefined || !field.options.includes(value))
      throw new LanguageError(
        place,
        `${name} cannot say '${each}'`,
        field === undefined
          ? fields.map(known => known.id).join(', ') || 'its name only'
          : `${id}=${field.options.join('|')}`,
      );
    values[id] = value;
  }
  return { do: name, ...values };
}

export const formatDecision = ({ do: name, ...said }: Decision): string =>
  [name, ...Object.entries(said).map(([id, value]) => `${id}=${value}`)].join(' ');
