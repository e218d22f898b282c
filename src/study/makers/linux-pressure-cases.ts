import type { Case, Scene } from '../case.ts';
import { by, cell, look, ofFile, plainStore, rights, untouched, written } from './linux-lines.ts';

/** Pages that memory was too short for. Source of what each must come to: do_swap_page, mm/memory.c; mm/vmscan.c. */

const carriedAway = ({ parent, region }: Scene) => by(parent, `madv ${region} pageout`);

export const pressure: readonly Case[] = [
  {
    id: 'cellar',
    concepts: ['swap-entry', 'swap-in', 'prot-none'],
    rules: ['access', 'swap-in'],
    hidden: true,
    alone: true,
    lines: scene => ({
      before: [...written(scene), carriedAway(scene)],
      after: rights(scene, '---', 'r--'),
      ask: look(scene),
    }),
  },
  {
    id: 'nothing-to-carry',
    concepts: ['swap-entry', 'zero-page'],
    rules: ['anon-read', 'swap-in'],
    alone: true,
    lines: scene => {
      const [map, ...stores] = written(scene);
      return {
        before: [map!, ...stores.map(line => ({ ...line, when: 'other' as const })), carriedAway(scene)],
        after: [],
        ask: look(scene),
      };
    },
  },
  {
    id: 'receipts',
    concepts: ['swap-count', 'swap-exclusive', 'swap-cache'],
    rules: ['wp-reuse-exclusive', 'wp-reuse-sole', 'wp-held'],
    lines: scene => ({
      before: [...written(scene), carriedAway(scene)],
      after: [by(scene.you, `unmap ${scene.region}`, 'one'), look(scene)],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'clean-or-not',
    concepts: ['reclaim', 'private-file', 'swap-in'],
    rules: ['file-read', 'swap-in'],
    alone: true,
    lines: scene => ({
      before: [
        ofFile(scene, 'priv'),
        by(scene.parent, `read ${scene.page}`, 'one'),
        by(scene.parent, `write ${scene.page} ${scene.bytes[0]}`, 'other'),
        carriedAway(scene),
      ],
      after: [],
      ask: look(scene),
    }),
  },
  {
    id: 'taken-back',
    concepts: ['lazy-free', 'swap-in'],
    rules: ['anon-read', 'anon-write', 'swap-in'],
    alone: true,
    lines: scene => ({
      before: [
        ...written(scene),
        by(scene.parent, `madv ${scene.region} free`),
        by(scene.parent, `write ${scene.page}${cell(scene.cells[1]!)} ${scene.bytes[3]}`, 'other'),
        carriedAway(scene),
        carriedAway(scene),
      ],
      after: [],
      ask: scene.draws.below(2) === 0 ? look(scene) : plainStore(scene),
    }),
  },
  {
    id: 'whose-trunk',
    concepts: ['shmem-swap', 'swap-in'],
    rules: ['shared-none', 'swap-in'],
    alone: true,
    lines: scene => {
      const [ours, ...stores] = written(scene, 'shared-anon');
      const [own] = written(scene);
      return {
        before: [{ ...ours!, when: 'one' }, { ...own!, when: 'other' }, ...stores, carriedAway(scene)],
        after: [],
        ask: look(scene),
      };
    },
  },
  {
    id: 'merged',
    concepts: ['ksm', 'refcount-mapcount'],
    rules: ['wp-merged', 'wp-reuse-sole', 'wp-reuse-exclusive'],
    lines: scene => {
      const { parent, you, region, bytes } = scene;
      return {
        before: [
          by(parent, `map ${region} 2 rw- anon`),
          ...[0, 1].flatMap(page => [
            by(parent, `write ${region}+${page} ${bytes[0]}`),
            by(parent, `write ${region}+${page}.1 ${bytes[1]}`),
          ]),
          by(parent, `madv ${region} mergeable`, 'one'),
          by('k', 'ksm'),
        ],
        after: [by(you, `unmap ${region}`)],
        ask: by(scene.me, `write ${region}+0 ${bytes[2]}`),
      };
    },
  },
  {
    id: 'sealed-trunk',
    concepts: ['swap-entry', 'vma-rights'],
    rules: ['access', 'swap-in'],
    hidden: true,
    lines: scene => ({
      before: [untouched(scene), ...written(scene).slice(1), carriedAway(scene)],
      after: rights(scene, 'r--', 'rw-'),
      ask: plainStore(scene),
    }),
  },
];
