import hurdTexts from '../../../assets/hurd/texts.json' with { type: 'json' };
import linuxTexts from '../../../assets/linux/texts.json' with { type: 'json' };
import xenTexts from '../../../assets/xen/texts.json' with { type: 'json' };
import { invariants as hurdInvariants } from '../../machines/hurd/invariants.ts';
import { transitions as hurdTransitions } from '../../machines/hurd/transitions.ts';
import { invariants as linuxInvariants } from '../../machines/linux/invariants/invariants.ts';
import { transitions as linuxTransitions } from '../../machines/linux/invariants/transitions.ts';
import { invariants as xenInvariants } from '../../machines/xen/invariants.ts';
import { transitions as xenTransitions } from '../../machines/xen/transitions.ts';

/** The invariants of each machine in words, in the numbering that messages use. */
export const path = 'docs/invariants.md';

/** Held against the ideal memory after every operation, not read off a world alone. */
const BY_THE_IDEAL = ['I2', 'I19', 'I20'];

/** Held by other things than a look at worlds. */
const ELSEWHERE: readonly (readonly [id: string, on: string])[] = [
  ['I27', 'orders of micro-steps'],
  ['I28', 'orders of micro-steps'],
  ['I29', 'costs, and recordings'],
  ['I30', 'play'],
  ['I32', 'nothing: no mappings of the kernel itself are modelled'],
  ['I34', 'orders of micro-steps'],
  ['I35', 'recordings'],
];

type Row = readonly [id: string, on: string];

export const generate = async (): Promise<string> =>
  [
    '# Invariants of the Linux machine',
    '',
    'What holds after every operation and every right decision. Those of the world are predicates over its',
    'state (`src/machines/linux/invariants/invariants.ts`); a wrong decision names those that it breaks. Those of a step',
    'compare the worlds before and after it (`transitions.ts`). The others compare what a process is shown with what',
    'the ideal memory allows. Property tests check all of these after every step of random programs; what is held by',
    'play (a fault that comes again with nothing gained), by races, costs or recordings is so named.',
    '',
    ...tableOf(linuxTexts.invariants, [
      ...linuxInvariants.map(({ id }): Row => [id, 'the world']),
      ...linuxTransitions.map(({ id }): Row => [id, 'a step']),
      ...BY_THE_IDEAL.map((id): Row => [id, 'world and ideal memory']),
      ...ELSEWHERE,
    ]),
    '',
    '# Invariants of the Xen machine',
    '',
    'Those of the world are predicates over its state (`src/machines/xen/invariants.ts`), the counts held against',
    'references that are added up anew (`census.ts`). Those of a step compare the worlds before and after it',
    '(`transitions.ts`). Property tests check all of them after every request of random guests.',
    '',
    ...tableOf(xenTexts.invariants, [
      ...xenInvariants.map(({ id }): Row => [id, 'the world']),
      ...xenTransitions.map(({ id }): Row => [id, 'a step']),
    ]),
    '',
    '# Invariants of the Hurd on L4',
    '',
    'Those of the world are predicates over its state (`src/machines/hurd/invariants.ts`). Those of a step compare the',
    'worlds before and after a move or an answer (`transitions.ts`). Property tests check all of them after every step',
    'of random programs.',
    '',
    ...tableOf(hurdTexts.invariants, [
      ...hurdInvariants.map(({ id }): Row => [id, 'the world']),
      ...hurdTransitions.map(({ id }): Row => [id, 'a step']),
    ]),
    '',
  ].join('\n');

function tableOf(words: Readonly<Record<string, string>>, rows: readonly Row[]): string[] {
  const sorted = [...rows].sort(([a], [b]) => Number(a.slice(1)) - Number(b.slice(1)));
  return [
    '| | what holds | checked on |',
    '| --- | --- | --- |',
    ...sorted.map(([id, on]) => `| ${id} | ${words[id]} | ${on} |`),
  ];
}
