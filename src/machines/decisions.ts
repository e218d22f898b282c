import { LanguageError, type Place } from '../language/errors.ts';
import type { Choice, Field } from './machine.ts';

/** The decisions of a machine and how they are written. */
export interface Decisions<N extends string, D extends Choice & { readonly do: N }> {
  /** One frozen value for each name, so that deciding allocates nothing. */
  readonly decisions: Readonly<Record<N, D>>;
  /**
   * The decision of a text form: its name, and `field=value` for what it would leave open.
   * @throws LanguageError that lists the names, the fields or a field's values
   */
  parse(text: string, place?: Place): D;
  format(decision: D): string;
}

/**
 * @param names in the order of every menu
 * @param fields what may be said beside the name: of a field the first option is what the kernel does, and a
 *   decision that leaves it out does the same
 */
export function decisionsNamed<N extends string, D extends Choice & { readonly do: N }>(
  names: readonly N[],
  fields: readonly Field[] = [],
): Decisions<N, D> {
  const decisions = Object.freeze(
    Object.fromEntries(names.map(name => [name, Object.freeze({ do: name })])),
  ) as Readonly<Record<N, D>>;
  const isName = (name: string): name is N => (names as readonly string[]).includes(name);

  return {
    decisions,
    parse(text, place = { file: 'decision', line: 1, column: 1 }) {
      const [name = '', ...said] = text.trim().split(/\s+/);
      if (!isName(name)) throw new LanguageError(place, `no decision '${name}'`, names.join(', '));
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
      return { ...decisions[name], ...values };
    },
    format(decision) {
      if (decision === decisions[decision.do]) return decision.do;
      const { do: name, ...said } = decision;
      return [name, ...Object.entries(said).map(([id, value]) => `${id}=${value}`)].join(' ');
    },
  };
}
