import type { Case, ExamPool, Line } from '../case.ts';
import { arm } from './linux-arm-cases.ts';
import { cases, fates } from './linux-cases.ts';
import { kernel } from './linux-kernel-cases.ts';
import { filedAway, look, ofFile, plainStore, rights, untouched, written } from './linux-lines.ts';
import { pressure } from './linux-pressure-cases.ts';
import { races } from './linux-race-cases.ts';

/** What the exams of the chapters of Linux are made of: the cases of practice, and what only exams ask. */

const named = (...ids: readonly string[]): Case[] => cases.filter(({ id }) => ids.includes(id));
const alone = (some: readonly Case[]): Case[] => some.map(each => ({ ...each, alone: true }));

const trap: readonly Case[] = [
  ...alone(named('blank-sealed', 'blank-hole')),
  {
    id: 'locked',
    concepts: ['prot-none', 'zero-page'],
    rules: ['access', 'anon-read'],
    hidden: true,
    alone: true,
    lines: scene => ({ before: [untouched(scene)], after: rights(scene, '---', 'r--'), ask: look(scene) }),
  },
  {
    id: 'proverb',
    concepts: ['signal-code', 'vma-rights', 'error-code'],
    rules: ['access', 'no-vma'],
    alone: true,
    lines: scene => ({
      before: written(scene),
      after: [
        { process: scene.me, text: `protect ${scene.region} r--`, when: 'one' },
        { process: scene.me, text: `unmap ${scene.page} 1`, when: 'other' },
      ],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'neighbour',
    concepts: ['address-space', 'vma'],
    rules: ['no-vma', 'anon-read'],
    lines: scene => ({
      before: [],
      after: [scene.you, scene.me].map(
        (process): Line => ({
          process,
          text: `map ${scene.region} ${scene.pages} rw- anon`,
          ...(process === scene.me && { when: 'other' }),
        }),
      ),
      ask: look(scene),
    }),
  },
];

const nothing: readonly Case[] = [
  ...alone(named('looked-at', 'jump', 'closed-or-empty')),
  {
    id: 'given-back',
    concepts: ['dontneed', 'vma-rights'],
    rules: ['access', 'anon-write'],
    hidden: true,
    alone: true,
    lines: scene => ({
      before: written(scene),
      after: [{ process: scene.me, text: `dontneed ${scene.page} 1` }, ...rights(scene, 'r--', 'rw-')],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'half-given-back',
    concepts: ['dontneed', 'fault-per-page'],
    rules: ['anon-write', 'zero-write'],
    alone: true,
    lines: scene => ({
      before: written(scene),
      after: [
        { process: scene.me, text: `dontneed ${scene.page} 1` },
        { process: scene.me, text: `read ${scene.page}`, when: 'one' },
      ],
      ask: plainStore(scene),
    }),
  },
];

/** Pages of the only file; what is mapped from here on lies behind its end. */
const FILE_PAGES = 9;

const files: readonly Case[] = [
  {
    id: 'whose-ink',
    concepts: ['private-file', 'shared-file'],
    rules: ['file-copy', 'file-write'],
    hidden: true,
    alone: true,
    lines: scene => ({
      before: [
        { ...ofFile(scene, 'priv'), when: 'one' },
        { ...ofFile(scene, 'shared'), when: 'other' },
      ],
      after: [],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'closed-shelf',
    concepts: ['page-cache', 'vma-rights'],
    rules: ['access', 'file-read'],
    hidden: true,
    alone: true,
    lines: scene => ({
      before: [ofFile(scene, 'priv')],
      after: rights(scene, '---', 'r--'),
      ask: look(scene),
    }),
  },
  {
    id: 'last-page',
    concepts: ['end-of-file', 'page-cache'],
    rules: ['past-end', 'file-read'],
    hidden: true,
    alone: true,
    lines: scene => ({
      before: [
        { ...ofFile(scene, 'priv', FILE_PAGES + scene.n), when: 'one' },
        { ...ofFile(scene, 'priv'), when: 'other' },
      ],
      after: [],
      ask: look(scene),
    }),
  },
  {
    id: 'sealed-page',
    concepts: ['private-file', 'vma-rights'],
    rules: ['access', 'file-copy'],
    hidden: true,
    alone: true,
    lines: scene => ({
      before: [ofFile(scene, 'priv')],
      after: rights(scene, 'r--', 'rw-'),
      ask: plainStore(scene),
    }),
  },
  {
    id: 'read-before',
    concepts: ['page-mkwrite', 'private-file', 'shared-file'],
    rules: ['wp-file', 'wp-shared'],
    alone: true,
    lines: scene => ({
      before: [
        ...filedAway(scene),
        { ...ofFile(scene, 'priv'), when: 'one' },
        { ...ofFile(scene, 'shared'), when: 'other' },
        { process: scene.parent, text: `read ${scene.page}` },
      ],
      after: [],
      ask: plainStore(scene),
    }),
  },
];

const fork = named('moved-first', 'moved-out', 'other-gave-back', 'gave-back', 'cut-out', 'board', 'sealed');

/** By chapter. */
export const exams: Readonly<Record<string, ExamPool>> = {
  trap: {
    menu: ['copy', 'zeroed', 'zero-page', 'refuse-access', 'refuse-unmapped'],
    evidence: ['rights', 'entry', 'access'],
    cases: trap,
  },
  nothing: {
    menu: ['copy', 'reuse', 'zeroed', 'zero-page', 'refuse-access', 'refuse-unmapped'],
    evidence: ['rights', 'entry', 'access'],
    cases: nothing,
  },
  fork: {
    menu: ['copy', 'reuse', 'zeroed', 'zero-page', 'map-cache', 'refuse-access', 'refuse-unmapped'],
    evidence: ['rights', 'others', 'entry'],
    cases: fork,
    fates,
  },
  files: {
    menu: [
      'copy',
      'reuse',
      'zeroed',
      'zero-page',
      'map-cache',
      'refuse-access',
      'refuse-unmapped',
      'refuse-bus',
    ],
    evidence: ['rights', 'entry', 'access'],
    cases: files,
    files: [`0 ${FILE_PAGES} ext4`],
  },
  pressure: {
    menu: [
      'copy',
      'reuse',
      'zeroed',
      'zero-page',
      'map-cache',
      'swap-in',
      'refuse-access',
      'refuse-unmapped',
    ],
    evidence: ['rights', 'others', 'entry'],
    cases: pressure,
    fates,
    files: [`0 ${FILE_PAGES} ext4`],
    swap: 'file',
  },
  kernel: {
    menu: ['copy', 'reuse', 'zeroed', 'zero-page', 'map-cache', 'grow', 'refuse-access', 'refuse-unmapped'],
    evidence: ['rights', 'others', 'entry'],
    cases: kernel,
  },
  races: {
    menu: [
      'copy',
      'reuse',
      'zeroed',
      'zero-page',
      'spurious',
      'map-cache',
      'swap-in',
      'refuse-access',
      'refuse-unmapped',
    ],
    evidence: ['rights', 'others', 'entry'],
    cases: races,
    swap: 'file',
  },
  processors: {
    menu: [
      'copy',
      'reuse',
      'zeroed',
      'zero-page',
      'spurious',
      'map-cache',
      'refuse-access',
      'refuse-unmapped',
    ],
    evidence: ['rights', 'others', 'entry'],
    cases: [...arm, ...alone(named('blank-hole', 'looked-at')), ...named('moved-first', 'sealed')],
    settings: { arch: 'arm' },
  },
};
