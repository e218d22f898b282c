import hurdTexts from '../../../assets/hurd/texts.json' with { type: 'json' };
import linuxTexts from '../../../assets/linux/texts.json' with { type: 'json' };
import xenTexts from '../../../assets/xen/texts.json' with { type: 'json' };
import { invariants as hurdInvariants } from '../../machines/hurd/invariants.ts';
import { transitions as hurdTransitions } from '../../machines/hurd/transitions.ts';
import { answers } from '../../machines/linux/invariants/answers.ts';
import { invariants as linuxInvariants } from '../../machines/linux/invariants/invariants.ts';
import { microInvariants } from '../../machines/linux/invariants/micro.ts';
import { shownInvariants } from '../../machines/linux/invariants/shown.ts';
import { transitions as linuxTransitions } from '../../machines/linux/invariants/transitions.ts';
import { invariants as xenInvariants } from '../../machines/xen/invariants.ts';
import { transitions as xenTransitions } from '../../machines/xen/transitions.ts';

/** The invariants of each machine in words, in the numbering that messages use. */
export const path = 'docs/invariants.md';

type Row = readonly [id: string, on: string];

export const generate = async (): Promise<string> =>
  [
    '# Invariants of the Linux machine',
    '',
    'What holds after every operation and every right decision, all as predicates of `src/machines/linux/invariants/`:',
    'of the world as it is (`invariants.ts`; a wrong decision names those that it breaks), of the worlds before and after an',
    'operation (`transitions.ts`), of those at a fault, after its answer and after the retry (`answers.ts`), of those before',
    'and after each micro-step of the kernel under its locks (`micro.ts`), and of what a process is shown and what the ideal',
    'memory allows (`shown.ts`). Property tests check all of them after every step of random programs, those of micro-steps',
    'under every order of several CPUs as well.',
    '',
    ...tableOf(linuxTexts.invariants, [
      ...linuxInvariants.map(({ id }): Row => [id, 'the world']),
      ...linuxTransitions.map(({ id }): Row => [id, 'an operation']),
      ...answers.map(({ id }): Row => [id, 'an answer to a fault']),
      ...microInvariants.map(({ id }): Row => [id, 'a micro-step']),
      ...shownInvariants.map(({ id }): Row => [id, 'what is shown']),
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
  const checks = new Map<string, string[]>();
  for (const [id, on] of rows) checks.set(id, [...(checks.get(id) ?? []), on]);
  const sorted = [...checks].sort(([a], [b]) => Number(a.slice(1)) - Number(b.slice(1)));
  return [
    '| | what holds | checked on |',
    '| --- | --- | --- |',
    ...sorted.map(([id, on]) => `| ${id} | ${words[id]} | ${on.join('; ')} |`),
  ];
}
