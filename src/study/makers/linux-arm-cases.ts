import type { Case } from '../case.ts';
import { by, look, plainStore, rights, written } from './linux-lines.ts';

/**
 * Pages on a processor that keeps no accessed and no dirty bit, so that the handler does. After a fork the child's pages
 * count as never used. Source: ptep_set_access_flags; arch/arm/mm/fault.c; copy_present_ptes, mm/memory.c.
 */
export const arm: readonly Case[] = [
  {
    id: 'never-used',
    concepts: ['accessed-dirty', 'dontneed'],
    rules: ['set-accessed', 'anon-read'],
    byChild: true,
    lines: scene => ({
      before: written(scene),
      after: [by(scene.me, `dontneed ${scene.page} 1`, 'one')],
      ask: look(scene),
    }),
  },
  {
    id: 'never-used-or-closed',
    concepts: ['accessed-dirty', 'prot-none'],
    rules: ['access', 'set-accessed'],
    byChild: true,
    lines: scene => ({ before: written(scene), after: rights(scene, '---', 'r--'), ask: look(scene) }),
  },
  {
    id: 'clean-board',
    concepts: ['accessed-dirty', 'fault-status', 'shared-anon'],
    rules: ['set-dirty', 'shared-none'],
    byChild: true,
    lines: scene => ({
      before: written(scene, 'shared-anon'),
      after: [by(scene.me, `read ${scene.page}`, 'one')],
      ask: plainStore(scene),
    }),
  },
];
