import type { Case, Line, Scene, Way } from '../case.ts';
import { atFirst, by, plainStore, rights, written } from './linux-lines.ts';

/**
 * Pages of memory in which a second thread works on another CPU, and pages that somebody holds without mapping them.
 * Source of what each must come to: handle_pte_fault and do_wp_page, mm/memory.c; move_page_tables, mm/mremap.c.
 */

/** Where moved pages go: far above all regions. */
const ELSEWHERE = 960;

/** The second thread of whoever makes the access. */
const pen = ({ n }: Scene): string => `pen${n}`;
const twoPens = (scene: Scene): Line[] => [by(scene.me, `thread ${pen(scene)}`), by(pen(scene), 'cpu 1')];
/** The other process lets go of the page. */
const gone = ({ you, region }: Scene, when?: Way): Line => by(you, `unmap ${region}`, when);
/** And has sent it down a pipe before. */
const posted = ({ you, region, page }: Scene, when?: Way): Line => by(you, `vpin ${region} ${page} 1`, when);

export const races: readonly Case[] = [
  {
    id: 'old-news',
    concepts: ['spurious-fault', 'tlb'],
    rules: ['spurious', 'wp-copy'],
    lines: scene => ({
      before: written(scene),
      after: [gone(scene, 'one'), ...twoPens(scene)],
      // What its CPU has seen may not be flushed before it is asked.
      last: [by(scene.me, `read ${scene.page}`), { ...plainStore(scene), process: pen(scene), when: 'one' }],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'sealed-by-the-other',
    concepts: ['shootdown', 'tlb', 'vma-rights'],
    rules: ['access', 'wp-copy'],
    hidden: true,
    lines: scene => ({
      before: written(scene),
      after: [...twoPens(scene), ...rights({ ...scene, me: pen(scene) }, 'r--', 'rw-')],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'dropped-by-the-other',
    concepts: ['free-after-flush', 'dontneed'],
    rules: ['anon-write', 'wp-copy'],
    lines: scene => ({
      before: written(scene),
      after: [
        ...twoPens(scene),
        by(scene.me, `read ${scene.page}`),
        by(pen(scene), `dontneed ${scene.page} 1`, 'one'),
      ],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'moved',
    concepts: ['moved-entries', 'tlb-flush'],
    rules: ['no-vma', 'anon-write'],
    hidden: true,
    lines: scene => {
      const move = `mremap ${scene.region} 1 ${ELSEWHERE + 2 * scene.n} 1`;
      return {
        before: written(scene),
        after: [
          ...twoPens(scene),
          by(scene.me, `read ${scene.page}`),
          by(pen(scene), move, 'one'),
          by(pen(scene), `${move} keep`, 'other'),
        ],
        ask: plainStore(scene),
      };
    },
  },
  {
    id: 'same-peg',
    concepts: ['claimed-slot', 'swap-in'],
    rules: ['swap-in', 'wp-held'],
    lines: scene => ({
      before: [...written(scene), by(scene.parent, `madv ${scene.region} pageout`)],
      after: [...twoPens(scene), by(pen(scene), `read ${scene.page}`, 'one')],
      ask: plainStore(scene),
    }),
  },
  {
    id: 'who-holds-it',
    concepts: ['held-frame', 'snapshot'],
    rules: ['wp-held', 'wp-reuse-sole'],
    lines: scene => ({
      before: written(atFirst(scene)),
      after: [posted(scene, 'one'), gone(scene)],
      ask: plainStore(atFirst(scene)),
    }),
  },
  {
    id: 'marked-before',
    concepts: ['held-frame', 'pin-unshare'],
    rules: ['wp-reuse-exclusive', 'wp-held'],
    lines: scene => ({
      before: written(atFirst(scene)),
      after: [posted(scene), gone(scene), by(scene.me, `dwrite ${scene.page}`, 'one')],
      ask: plainStore(atFirst(scene)),
    }),
  },
];
