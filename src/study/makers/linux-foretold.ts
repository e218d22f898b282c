import words from '../../../assets/linux/practice.json' with { type: 'json' };
import type { Case, Line, Pool, Scene } from '../case.ts';
import { cases } from './linux-cases.ts';
import { kernel } from './linux-kernel-cases.ts';
import { cell, look, plainStore, untouched, written } from './linux-lines.ts';

/** Accesses of Linux that are foretold: some of them trap in one of the two ways only, or serve a process twice. */

/** A store of somebody to the cell that is not asked about. */
const elsewhere = ({ page, cells, bytes }: Scene, process: string, when: 'one' | 'other'): Line => ({
  process,
  text: `write ${page}${cell(cells[1]!)} ${bytes[3]}`,
  when,
});
const gone = ({ you, region }: Scene): Line => ({ process: you, text: `unmap ${region}` });

const silent: readonly Case[] = [
  {
    id: 'settled-already',
    concepts: ['fault-per-page', 'reuse-if-exclusive'],
    rules: ['no-fault', 'wp-reuse-sole'],
    silent: true,
    lines: scene => ({
      before: written(scene),
      after: [gone(scene), elsewhere(scene, scene.me, 'one')],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'own-copy',
    concepts: ['own-fault-only', 'cow-copy'],
    rules: ['no-fault', 'wp-reuse-sole'],
    silent: true,
    lines: scene => ({
      before: written(scene),
      after: [elsewhere(scene, scene.me, 'one'), elsewhere(scene, scene.you, 'other')],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'same-house',
    concepts: ['address-space', 'own-fault-only'],
    rules: ['no-fault', 'wp-reuse-sole'],
    silent: true,
    lines: scene => ({
      before: written(scene),
      after: [
        { process: scene.me, text: `thread ${scene.third}` },
        elsewhere(scene, scene.third, 'one'),
        elsewhere(scene, scene.you, 'other'),
      ],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'only-looks',
    concepts: ['fork-protects-both', 'pte-bits', 'dontneed'],
    rules: ['no-fault', 'anon-read'],
    silent: true,
    lines: scene => ({
      before: written(scene),
      after: [
        { process: scene.you, text: `dontneed ${scene.page} 1`, when: 'one' },
        { process: scene.me, text: `dontneed ${scene.page} 1`, when: 'other' },
      ],
      ask: look(scene),
    }),
  },
  {
    id: 'looked-already',
    concepts: ['zero-page', 'pte-bits'],
    rules: ['no-fault', 'anon-read'],
    silent: true,
    lines: scene => ({
      before: [untouched(scene)],
      after: [{ process: scene.me, text: `read ${scene.page}`, when: 'one' }],
      ask: look(scene),
    }),
  },
];

/** What an answer may come to that is wrong. */
const acts = [
  'none',
  'fault',
  'copy',
  'reuse',
  'zeroed',
  'zero-page',
  'map-cache',
  'swap-in',
  'refuse-access',
  'refuse-unmapped',
  'refuse-bus',
];

export const foretold: Pool = {
  depth: 'predict',
  menu: ['fault', 'class', 'code', 'frame'],
  acts,
  cases: [...cases, ...silent],
  ...words.foretold,
};

/** System calls, and how they end. */
export const foretoldCalls: Pool = {
  depth: 'predict',
  menu: ['fault', 'class', 'frame', 'end'],
  acts: [...acts, 'EFAULT', 'SIGSEGV', 'SIGBUS', 'done'],
  least: 3,
  narrow: true,
  cases: kernel.filter(({ rules }) => rules.some(rule => rule.startsWith('copy-'))),
  ...words.foretoldCalls,
};
