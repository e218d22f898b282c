import type { Case, Scene, Way } from '../case.ts';
import { atFirst, by, plainStore, rights, untouched, written } from './linux-lines.ts';

/**
 * Pages that the kernel itself touches, for their process or for another. Source of what each must come to:
 * fixup_exception, arch/x86/mm/extable.c; expand_stack, mm/mmap.c; gup_must_unshare, mm/gup.c.
 */

/** Where a stack hangs that may grow: 256 pages below it stay free, and above it too. */
const STACK = 700;

const delivered = ({ me, page, bytes }: Scene) => by(me, `rsys pipe ${page} 0 1 ${bytes[2]}`);
const sent = ({ me, page }: Scene) => by(me, `wsys pipe ${page} 0 1`);
/** The other one lets go of the page. */
const gone = ({ you, region }: Scene, when?: Way) => by(you, `unmap ${region}`, when);

export const kernel: readonly Case[] = [
  {
    id: 'errand',
    concepts: ['user-copy', 'extable', 'demand-zero'],
    rules: ['copy-access', 'copy-absent'],
    hidden: true,
    alone: true,
    lines: scene => ({
      before: [untouched(scene)],
      after: rights(scene, 'r--', 'rw-'),
      ask: delivered(scene),
    }),
  },
  {
    id: 'parcel',
    concepts: ['user-copy', 'extable', 'prot-none'],
    rules: ['copy-access', 'copy-absent'],
    hidden: true,
    alone: true,
    lines: scene => ({ before: [untouched(scene)], after: rights(scene, '---', 'r--'), ask: sent(scene) }),
  },
  {
    id: 'no-desk',
    concepts: ['extable', 'vma'],
    rules: ['copy-no-vma', 'copy-absent'],
    hidden: true,
    alone: true,
    lines: scene => ({
      before: [untouched(scene)],
      after: [by(scene.me, `unmap ${scene.page} 1`, 'one')],
      ask: scene.draws.below(2) === 0 ? delivered(scene) : sent(scene),
    }),
  },
  {
    id: 'gloved-seal',
    concepts: ['wp-bit', 'vma-rights'],
    rules: ['copy-access', 'copy-wp-copy'],
    hidden: true,
    lines: scene => ({
      before: written(scene),
      after: rights(scene, 'r--', 'rw-'),
      ask: delivered(scene),
    }),
  },
  {
    id: 'glove',
    concepts: ['wp-bit', 'reuse-if-exclusive'],
    rules: ['copy-wp-reuse', 'copy-wp-copy'],
    lines: scene => ({ before: written(scene), after: [gone(scene, 'one')], ask: delivered(scene) }),
  },
  {
    id: 'in-the-pipe',
    concepts: ['gup', 'held-frame', 'refcount-mapcount'],
    rules: ['wp-held', 'wp-reuse-sole'],
    lines: scene => ({
      before: written(atFirst(scene)),
      after: [
        by(scene.you, `vpin ${scene.region} ${scene.page} 1`),
        gone(scene),
        by(scene.me, `vread ${scene.region}`, 'other'),
      ],
      ask: plainStore(atFirst(scene)),
    }),
  },
  {
    id: 'disk',
    concepts: ['direct-io', 'pin-unshare'],
    rules: ['unshare-copy', 'unshare-reuse'],
    lines: scene => ({
      before: written(scene),
      after: [gone(scene, 'one')],
      ask: by(scene.me, `dwrite ${scene.page}`),
    }),
  },
  {
    id: 'long-arm',
    concepts: ['remote-access', 'foll-force'],
    rules: ['force-reuse', 'force-copy'],
    byChild: true,
    lines: scene => ({
      before: written(scene),
      after: [by(scene.me, `protect ${scene.region} r--`), by(scene.you, `dontneed ${scene.region}`, 'one')],
      ask: by(scene.you, `memw ${scene.me} ${scene.page} 0 1 ${scene.bytes[2]}`),
    }),
  },
  {
    id: 'well',
    concepts: ['stack-growth', 'stack-bounds'],
    rules: ['stack-grow', 'stack-limit'],
    hidden: true,
    alone: true,
    single: true,
    lines: ({ parent, me, bytes, draws }) => ({
      before: [by(parent, `map ${STACK} 2 rw- anon gd`), by(parent, `write ${STACK} ${bytes[0]}`)],
      after: [by(me, 'rlimstack 2', 'one'), by(me, 'rlimstack 8', 'other')],
      ask: by(me, `write ${STACK - 1 - draws.below(3)} ${bytes[2]}`),
    }),
  },
];
