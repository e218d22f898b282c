import type { Argument, Draft } from './grammar.ts';

/**
 * The operations of a processor that has just been started: a 32-bit kernel that is linked at PAGE_OFFSET and loaded
 * at 1 MiB, before and after paging is switched on.
 */

type Each<Verb, Args> = Verb extends string ? Args & { readonly op: Verb } : never;

export type BootMove =
  | Each<'peek' | 'goto', { readonly at: number }>
  | { readonly op: 'poke'; readonly at: number; readonly value: number }
  | { readonly op: 'tables'; readonly count: number }
  | Each<'paging' | 'zaplow', unknown>;

/** An address of 32 bits; page and offset do not matter here. */
const at: Argument = {
  usage: 'HEXADDR',
  read: (words, draft) => {
    const word = words.matching(/^(0x)?[0-9a-f]{1,8}$/i, 'an address in at most 8 hexadecimal digits');
    draft['at'] = Number.parseInt(word.replace(/^0x/i, ''), 16);
  },
  print: draft => [hex(draft['at'] as number)],
};

export const hex = (address: number): string => address.toString(16).padStart(8, '0');

/** The rows of the table of operations. */
export const bootRows = (value: Argument, tables: Argument) =>
  ({
    peek: { arguments: [at], meaning: 'loads a byte from a 32-bit address (boot)' },
    poke: { arguments: [at, value], meaning: 'stores a byte to a 32-bit address (boot)' },
    goto: { arguments: [at], meaning: 'jumps to a 32-bit address (boot)' },
    tables: {
      arguments: [tables],
      meaning: 'fills N page tables by hand, for 4 MiB each, at 0 and at PAGE_OFFSET (boot)',
    },
    paging: { arguments: [], meaning: 'loads CR3 and sets CR0.PG (boot)' },
    zaplow: { arguments: [], meaning: 'takes the entries at 0 away again (boot)' },
  }) satisfies Record<BootMove['op'], { arguments: readonly Argument[]; meaning: string }>;

/** A move in words, without its process; undefined for operations of other machines. */
export function describeBoot(move: { readonly op: string }): string | undefined {
  const draft = move as unknown as Draft;
  const address = (): string => `0x${hex(draft['at'] as number)}`;
  switch (move.op as BootMove['op']) {
    case 'peek':
      return `loads from ${address()}`;
    case 'poke':
      return `stores ${draft['value']} to ${address()}`;
    case 'goto':
      return `jumps to ${address()}`;
    case 'tables':
      return `fills ${draft['count']} page ${draft['count'] === 1 ? 'table' : 'tables'} by hand`;
    case 'paging':
      return 'switches paging on';
    case 'zaplow':
      return 'takes the low mapping away';
    default:
      return undefined;
  }
}
