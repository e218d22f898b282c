import texts from '../../../assets/linux/texts.json' with { type: 'json' };
import { invariants } from '../../machines/linux/invariants/invariants.ts';

/** The invariants of the Linux machine in words, in the numbering that messages use. */
export const path = 'docs/invariants.md';

/** Held against the ideal memory after every operation, not read off a world alone. */
const BY_THE_IDEAL = ['I2', 'I19', 'I20'];

export async function generate(): Promise<string> {
  const words: Readonly<Record<string, string>> = texts.invariants;
  const rows = [
    ...invariants.map(({ id }) => [id, 'the world']),
    ...BY_THE_IDEAL.map(id => [id, 'world and ideal memory']),
  ].sort(([a], [b]) => Number(a!.slice(1)) - Number(b!.slice(1)));
  return [
    '# Invariants of the Linux machine',
    '',
    'What holds after every operation and every right decision. Those of the world are predicates over its',
    'state (`src/machines/linux/invariants/invariants.ts`); a wrong decision names those that it breaks. The others compare',
    'what a process is shown with what the ideal memory allows. Property tests check all of them after every',
    'step of random programs.',
    '',
    '| | what holds | checked on |',
    '| --- | --- | --- |',
    ...rows.map(([id, on]) => `| ${id} | ${words[id!]} | ${on} |`),
    '',
  ].join('\n');
}
