import type { Case, Fate, Line } from '../case.ts';
import { cell, plainStore, rights, store, untouched, written } from './linux-lines.ts';

/** Pages of Linux with a history. Source of what each must come to: the decision tables of mm/memory.c. */

const shared = ['wp-copy', 'wp-reuse-sole'];

export const cases: readonly Case[] = [
  {
    id: 'moved-first',
    concepts: ['own-fault-only', 'reuse-if-exclusive', 'cow-copy'],
    rules: shared,
    lines: scene => ({
      before: written(scene),
      after: [
        {
          process: scene.you,
          text: `write ${scene.page}${cell(scene.cells[1]!)} ${scene.bytes[3]}`,
          when: 'one',
        },
      ],
      ask: store(scene),
    }),
  },
  {
    id: 'moved-out',
    concepts: ['free-on-last-reference', 'refcount-mapcount', 'cow-copy'],
    rules: shared,
    lines: scene => ({
      before: written(scene),
      after: [{ process: scene.you, text: `unmap ${scene.region}`, when: 'one' }],
      ask: store(scene),
    }),
  },
  {
    id: 'other-gave-back',
    concepts: ['count-not-pairs', 'reuse-if-exclusive', 'cow-copy'],
    rules: shared,
    lines: scene => ({
      before: written(scene),
      after: [{ process: scene.you, text: `dontneed ${scene.page} 1`, when: 'one' }],
      ask: store(scene),
    }),
  },
  {
    id: 'gave-back',
    concepts: ['dontneed', 'demand-zero'],
    rules: ['anon-write', 'wp-copy'],
    lines: scene => ({
      before: written(scene),
      after: [{ process: scene.me, text: `dontneed ${scene.page} 1`, when: 'one' }],
      ask: store(scene),
    }),
  },
  {
    id: 'cut-out',
    concepts: ['signal-code', 'vma'],
    rules: ['no-vma', 'wp-copy'],
    lines: scene => ({
      before: written(scene),
      after: [{ process: scene.me, text: `unmap ${scene.page} 1`, when: 'one' }],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'closed-or-empty',
    concepts: ['prot-none', 'zero-page'],
    rules: ['access', 'anon-read'],
    lines: scene => ({
      before: written(scene),
      after: [
        { process: scene.me, text: `protect ${scene.region} ---`, when: 'one' },
        { process: scene.me, text: `dontneed ${scene.region}`, when: 'other' },
      ],
      ask: { process: scene.me, text: `read ${scene.page}${cell(scene.cells[0]!)}` },
    }),
  },
  {
    id: 'board',
    concepts: ['shared-anon'],
    rules: ['shared-none', 'wp-copy'],
    byChild: true,
    lines: scene => ({
      before: [
        ...written(scene, 'anon')
          .map((line): Line => ({ ...line, when: 'one' }))
          .slice(0, 1),
        ...written(scene, 'shared-anon')
          .map((line): Line => ({ ...line, when: 'other' }))
          .slice(0, 1),
        ...written(scene).slice(1),
      ],
      after: [],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'sealed',
    concepts: ['vma-rights', 'mprotect', 'fix-or-refuse'],
    rules: ['access', 'wp-copy'],
    hidden: true,
    lines: scene => ({ before: written(scene), after: rights(scene, 'r--', 'rw-'), ask: plainStore(scene) }),
  },
  {
    id: 'blank-sealed',
    concepts: ['vma-rights', 'demand-zero'],
    rules: ['access', 'anon-write'],
    hidden: true,
    lines: scene => ({
      before: [untouched(scene)],
      after: rights(scene, 'r--', 'rw-'),
      ask: plainStore(scene),
    }),
  },
  {
    id: 'blank-hole',
    concepts: ['vma', 'signal-code', 'demand-zero'],
    rules: ['no-vma', 'anon-write', 'anon-read'],
    hidden: true,
    lines: scene => ({
      before: [untouched(scene)],
      after: [{ process: scene.me, text: `unmap ${scene.page} 1`, when: 'one' }],
      ask: scene.draws.below(2) === 0 ? plainStore(scene) : { process: scene.me, text: `read ${scene.page}` },
    }),
  },
  {
    id: 'looked-at',
    concepts: ['zero-page-write', 'zero-page'],
    rules: ['access', 'zero-write'],
    hidden: true,
    lines: scene => ({
      before: [untouched(scene), { process: scene.parent, text: `read ${scene.page}` }],
      after: rights(scene, 'r--', 'rw-'),
      ask: plainStore(scene),
    }),
  },
  {
    id: 'jump',
    concepts: ['no-execute', 'vma-rights'],
    rules: ['fetch-absent', 'anon-read'],
    hidden: true,
    lines: scene => ({
      before: [untouched(scene, 'r--')],
      after: rights(scene, 'r-x', 'r--'),
      ask: { process: scene.me, text: `fetch ${scene.page}` },
    }),
  },
];

/** What may become of the child, for all its pages at once. */
export const fates: readonly Fate[] = [
  { id: 'gone', concepts: ['exit', 'reuse-if-exclusive', 'cow-copy'], rules: shared, text: 'exit' },
  { id: 'another', concepts: ['exec', 'reuse-if-exclusive', 'cow-copy'], rules: shared, text: 'exec' },
];
