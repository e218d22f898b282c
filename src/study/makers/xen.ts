import words from '../../../assets/xen/practice.json' with { type: 'json' };
import type { Case, Fate, Line, Maker, Scene } from '../case.ts';
import { examsOf } from './xen-exams.ts';

/**
 * Frames of a paravirtual guest, as Xen counts their uses. The child of a pair is the guest, its parent a neighbour
 * that only holds memory. A region is a data frame of the guest, so that each case has one of its own.
 */

/** The guest's tables, as Xen builds a domain that comes first: root, kernel table, table of programs. */
const ROOT = 'f2';
const KERNEL = 'f3';
const USER = 'f4';
/** The first frame of the guest and how many it has, which is all that a kernel table maps; then the neighbour's. */
const FIRST = 2;
const FRAMES = 8;
const NEIGHBOURS = FIRST + FRAMES;
/** Entries of the root that are free begin here. */
const FREE_SLOTS = 2;

const by = ({ child }: Scene, text: string, when?: 'one' | 'other'): Line => ({
  process: child,
  text,
  ...(when !== undefined && { when }),
});
/** The entry of the kernel table that maps the case's frame. */
const place = ({ region }: Scene): number => Number(region.slice(1)) - FIRST;
/** The case's own entry in the table of programs, and the one in the root. */
const leaf = ({ n }: Scene): string => `${USER}[${n}]`;
const directory = ({ n }: Scene): string => `${ROOT}[${FREE_SLOTS + n}]`;
/** A frame of the neighbour's. */
const theirs = ({ n }: Scene): string => `f${NEIGHBOURS + n}`;
const sealed = (scene: Scene): Line => by(scene, `update ${KERNEL}[${place(scene)}]=${scene.region}:r-`);
const pinned = (scene: Scene, when?: 'one' | 'other'): Line => by(scene, `pin l1 ${scene.region}`, when);
/** A table that is walked, too. */
const hooked = (scene: Scene, when?: 'one' | 'other'): Line =>
  by(scene, `update ${directory(scene)}=${scene.region}:rw`, when);
const map = (scene: Scene): Line => by(scene, `update ${leaf(scene)}=${scene.region}:rw`);
const lend = (scene: Scene, right: string, when?: 'one' | 'other'): Line => ({
  ...by(scene, `grant ${theirs(scene)} ${scene.child} ${right}`, when),
  process: scene.parent,
});
/** An entry that nobody may have, and one that everybody may. */
const bad = (scene: Scene): string => scene.draws.oneOf([`${USER}:rw`, `${theirs(scene)}:r-`]);
const good = ({ draws }: Scene): string => draws.oneOf([`${USER}:r-`, `${ROOT}:r-`]);
/** What the case's frame holds: an entry that may be in a table, or not. */
const filled = (scene: Scene): Line[] => {
  const entry = `${scene.region}[${scene.cells[0]}]`;
  return [
    by(scene, `update ${entry}=${bad(scene)}`, 'one'),
    by(scene, `update ${entry}=${good(scene)}`, 'other'),
  ];
};

/** Of all stores to tables, since whether the guest asked for help decides each of them. */
const stores = ['no-assist', 'untyped-store', 'bad-store', 'valid-store'];

const cases: readonly Case[] = [
  {
    id: 'table-or-page',
    concepts: ['type-count', 'alias'],
    rules: ['leaf-typed', 'leaf-good'],
    lines: scene => ({ before: [], after: [sealed(scene), hooked(scene, 'one')], ask: map(scene) }),
  },
  {
    id: 'was-a-table',
    concepts: ['stale-type', 'unpin'],
    rules: ['leaf-good', 'leaf-typed'],
    lines: scene => ({
      before: [],
      after: [
        sealed(scene),
        pinned(scene),
        hooked(scene, 'other'),
        by(scene, `unpin ${scene.region}`, 'one'),
      ],
      ask: map(scene),
    }),
  },
  {
    id: 'forgotten-alias',
    concepts: ['alias', 'pin'],
    rules: ['pin-alias', 'pin-good'],
    lines: scene => ({
      before: [],
      after: [
        by(scene, `update ${leaf(scene)}=${scene.region}:rw`, 'one'),
        by(scene, `update ${leaf(scene)}=${scene.region}:r-`, 'other'),
        sealed(scene),
      ],
      ask: pinned(scene),
    }),
  },
  {
    id: 'bad-entry',
    concepts: ['promotion', 'pin'],
    rules: ['pin-bad', 'pin-good'],
    hidden: true,
    lines: scene => ({ before: [], after: [...filled(scene), sealed(scene)], ask: pinned(scene) }),
  },
  {
    id: 'bad-shelf',
    concepts: ['promotion', 'frame-owner'],
    rules: ['directory-bad', 'directory-good'],
    hidden: true,
    lines: scene => ({
      before: [],
      after: [...filled(scene), sealed(scene)],
      ask: by(scene, `update ${directory(scene)}=${scene.region}:rw`),
    }),
  },
  {
    id: 'next-root',
    concepts: ['promotion', 'direct-paging'],
    rules: ['base-bad', 'base-good'],
    hidden: true,
    lines: scene => {
      const { region } = scene;
      return {
        before: [],
        after: [
          by(scene, `update ${region}[0]=${USER}:rw ${region}[1]=${KERNEL}:rw`),
          by(scene, `update ${region}[2]=${theirs(scene)}:rw`, 'one'),
          by(scene, `update ${region}[2]=${USER}:rw`, 'other'),
          sealed(scene),
        ],
        ask: by(scene, `base ${region}`),
      };
    },
  },
  {
    id: 'another-shelf',
    concepts: ['promotion', 'type-count'],
    rules: ['directory-bad', 'directory-good'],
    lines: scene => ({
      before: [],
      after: [by(scene, `update ${leaf(scene)}=${scene.region}:rw`, 'one'), sealed(scene)],
      ask: by(scene, `update ${directory(scene)}=${scene.region}:rw`),
    }),
  },
  {
    id: 'only-bits',
    concepts: ['fast-path', 'type-count'],
    rules: ['bits-only', 'leaf-good'],
    lines: scene => ({
      before: [],
      after: [
        by(scene, `update ${leaf(scene)}=${scene.region}:rw`, 'one'),
        by(scene, `update ${leaf(scene)}=${scene.region}:r-`, 'other'),
        sealed(scene),
      ],
      ask: by(scene, `update ${leaf(scene)}=${scene.region}:rw,a`),
    }),
  },
  {
    id: 'shelf-bits',
    concepts: ['fast-path', 'promotion'],
    rules: ['bits-only', 'directory-good'],
    lines: scene => ({
      before: [],
      after: [sealed(scene), by(scene, `update ${directory(scene)}=${scene.region}:rw`, 'one')],
      ask: by(scene, `update ${directory(scene)}=${scene.region}:rw,a`),
    }),
  },
  {
    id: 'whose-use',
    concepts: ['unpin', 'general-count'],
    rules: ['unpin-none', 'unpin-good'],
    lines: scene => ({
      before: [],
      after: [
        sealed(scene),
        by(scene, `update ${directory(scene)}=${scene.region}:rw`),
        pinned(scene, 'other'),
      ],
      ask: by(scene, `unpin ${scene.region}`),
    }),
  },
  {
    id: 'on-loan',
    concepts: ['grant', 'frame-owner'],
    rules: ['loan-unoffered', 'loan-good'],
    hidden: true,
    lines: scene => ({
      before: [],
      after: [lend(scene, 'r-', 'one'), lend(scene, 'rw', 'other')],
      ask: by(scene, `gntmap @0.${scene.n} ${theirs(scene)} rw`),
    }),
  },
  {
    id: 'withdrawn',
    concepts: ['grant', 'frame-owner'],
    rules: ['loan-unoffered', 'loan-good'],
    hidden: true,
    lines: scene => {
      const right = scene.draws.oneOf(['r-', 'rw']);
      return {
        before: [],
        after: [lend(scene, right), lend(scene, 'none', 'one')],
        ask: by(scene, `gntmap @0.${scene.n} ${theirs(scene)} ${right}`),
      };
    },
  },
  {
    id: 'lent-table',
    concepts: ['grant', 'type-count'],
    rules: ['loan-typed', 'loan-good'],
    lines: scene => ({
      before: [],
      after: [lend(scene, 'rw'), { ...by(scene, `pin l1 ${theirs(scene)}`, 'one'), process: scene.parent }],
      ask: by(scene, `gntmap @0.${scene.n} ${theirs(scene)} rw`),
    }),
  },
  {
    id: 'given-back',
    concepts: ['grant', 'general-count'],
    rules: ['return-mismatch', 'return-good'],
    lines: scene => ({
      before: [],
      after: [
        lend(scene, 'rw'),
        by(scene, `gntmap @0.${scene.n} ${theirs(scene)} r-`, 'one'),
        by(scene, `gntmap @0.${scene.n} ${theirs(scene)} rw`, 'other'),
      ],
      ask: by(scene, `gntunmap @0.${scene.n} ${theirs(scene)} rw`),
    }),
  },
  {
    id: 'not-yet-a-table',
    concepts: ['untyped-window', 'vm-assist', 'forwarding'],
    rules: stores,
    lines: scene => ({
      before: [],
      after: [sealed(scene), pinned(scene, 'other')],
      ask: by(scene, `kwrite @1.${place(scene)}[${scene.cells[0]}] ${good(scene)}`),
    }),
  },
  {
    id: 'stored-entry',
    concepts: ['vm-assist', 'type-count', 'forwarding'],
    rules: stores,
    lines: scene => ({
      before: [],
      after: [sealed(scene), pinned(scene, 'one')],
      ask: by(scene, `kwrite @1.${Number(USER.slice(1)) - FIRST}[${scene.n}] ${scene.region}:rw`),
    }),
  },
];

const fates: readonly Fate[] = [
  { id: 'no-help', concepts: ['vm-assist', 'forwarding'], rules: stores, text: 'assist off' },
];

export const xen: Maker = {
  system: 'xen',
  rules: '3.0.3',
  pools: [{ menu: ['emulate', 'forward', 'copy', 'accept', 'fast', 'refuse', 'crash'], cases, fates }],
  exams: examsOf(cases, fates),
  between: ({ parent, child }) => [
    { process: 'xen', text: `domain ${child} pv64 ${FRAMES}` },
    { process: 'xen', text: `domain ${parent} idle 5` },
    { process: child, text: 'assist on' },
  ],
  ...(words as unknown as Pick<Maker, 'processes' | 'regions' | 'stories' | 'hints'>),
};
