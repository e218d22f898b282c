import { flagsOf, frameOf, WORDS } from '../../language/xen.ts';
import type { Violation } from '../machine.ts';
import { type Census, census } from './census.ts';
import { borrows } from './grants.ts';
import { hooksOf, isLoose } from './slots.ts';
import { DIRECTORY_BITS, isWritable, LEAF_BITS } from './word.ts';
import {
  COW,
  FREE,
  type Frame,
  IO,
  isTable,
  PRIVILEGED,
  vcpuOf,
  type World,
  XEN_SLOT,
  XEN_TEMPLATE,
} from './world.ts';

/** What must hold of a world at any time: numbers are those of section 12; docs/invariants.md says each in words. */
export interface Invariant {
  readonly id: string;
  readonly broken: (census: Census) => Iterable<Violation>;
}

export const frameRow = (mfn: number): string => `frame ${mfn}`;
export const entryRow = (table: number, index: number): string => `entry ${table} ${index}`;

const eachFrame = ({ world }: Census): Iterable<readonly [number, Frame]> => world.frames.entries();
const inUse = (frame: Frame | undefined): boolean =>
  frame !== undefined && isTable(frame.type) && frame.tc > 0;
const ownerOf = (world: World, table: number): string => world.frames[table]!.owner;

/** The entries that must never name a frame which is in use as one of `types` and be writable. */
function* writableTo(all: Census, id: string, types: readonly string[]): Generator<Violation> {
  for (const { table, index, word, target } of all.entries) {
    const frame = all.world.frames[target];
    if (all.world.frames[table]!.type !== 'l1' || !isWritable(word) || frame === undefined) continue;
    if (types.includes(frame.type) && frame.tc > 0)
      yield { invariant: id, what: 'writable', rows: [frameRow(target), entryRow(table, index)] };
  }
}

export const invariants: readonly Invariant[] = [
  {
    id: 'I1',
    *broken(all) {
      for (const [mfn, { tot }] of eachFrame(all))
        if (tot !== all.tot[mfn])
          yield {
            invariant: 'I1',
            what: 'general count',
            rows: [frameRow(mfn)],
            ...(all.tot[mfn] === 0 && tot > 0 ? { leak: true } : {}),
          };
    },
  },
  {
    id: 'I2',
    *broken(all) {
      for (const [mfn, { tc }] of eachFrame(all))
        if (tc !== all.tc[mfn]) yield { invariant: 'I2', what: 'type count', rows: [frameRow(mfn)] };
    },
  },
  { id: 'I3', broken: all => writableTo(all, 'I3', ['l1', 'l2']) },
  { id: 'I4', broken: all => writableTo(all, 'I4', ['seg']) },
  {
    id: 'I5',
    *broken({ world, entries }) {
      for (const { table, index, word, target } of entries) {
        if (world.frames[table]!.type !== 'l1') continue;
        const owner = world.frames[target]?.owner;
        const domain = ownerOf(world, table);
        const lent = world.loans.some(
          loan => loan.table === table && loan.index === index && loan.mfn === target,
        );
        const allowed = owner === domain || (owner === IO && domain === PRIVILEGED) || lent;
        if (!allowed || (flagsOf(word) & ~LEAF_BITS) !== 0)
          yield { invariant: 'I5', what: 'not its own', rows: [frameRow(target), entryRow(table, index)] };
      }
      for (const { name, p2m } of world.domains)
        for (const mfn of p2m.values()) {
          const frame = world.frames[mfn];
          if (frame === undefined || frame.owner === name) continue;
          if (frame.owner !== COW || frame.type !== 'shared')
            yield { invariant: 'I5', what: 'a page is not its own', rows: [frameRow(mfn)] };
        }
    },
  },
  {
    id: 'I6',
    *broken({ world, entries }) {
      for (const { table, index, word, target } of entries) {
        if (world.frames[table]!.type !== 'l2') continue;
        const frame = world.frames[target];
        const good =
          frame !== undefined &&
          inUse(frame) &&
          frame.validated &&
          frame.owner === ownerOf(world, table) &&
          (flagsOf(word) & ~DIRECTORY_BITS) === 0;
        if (!good && target !== table)
          yield { invariant: 'I6', what: 'no table', rows: [frameRow(target), entryRow(table, index)] };
      }
    },
  },
  {
    id: 'I7',
    *broken({ world }) {
      for (const { name, vcpus } of world.domains)
        for (const { tlb } of vcpus)
          for (const { frame: mfn, rw } of tlb.values()) {
            const frame = world.frames[mfn];
            const typed =
              frame !== undefined && frame.tc > 0 && (isTable(frame.type) || frame.type === 'seg');
            const foreign = frame?.owner !== name && !(frame?.owner === IO && name === PRIVILEGED);
            const lent = borrows(world, name, mfn, rw);
            if ((foreign && !lent) || (rw && typed && !isLoose(world, mfn)))
              yield { invariant: 'I7', what: 'stale TLB', rows: [frameRow(mfn)] };
          }
      for (const [key, mfn] of world.linear) {
        const [name, slot] = key.split(' ') as [string, string];
        const root = vcpuOf(world.domain(name)).base;
        if (frameOf(world.frames[root]?.words[Number(slot)] ?? 0) !== mfn)
          yield {
            invariant: 'I7',
            what: "Xen's own map",
            rows: [frameRow(mfn), entryRow(root, Number(slot))],
          };
      }
    },
  },
  {
    id: 'I8',
    *broken(all) {
      for (const [mfn, { pinned, validated, tc, type }] of eachFrame(all))
        if (pinned && (!validated || tc < 1 || !isTable(type)))
          yield { invariant: 'I8', what: 'pinned', rows: [frameRow(mfn)] };
    },
  },
  {
    id: 'I9',
    *broken({ world }) {
      for (const { vcpus } of world.domains)
        for (const { base } of vcpus) {
          const frame = world.frames[base];
          if (base >= 0 && !(frame?.type === 'l2' && frame.tc > 0 && frame.validated))
            yield { invariant: 'I9', what: 'root', rows: [frameRow(base)] };
        }
    },
  },
  {
    id: 'I10',
    *broken(all) {
      for (const [mfn, frame] of eachFrame(all))
        if (frame.type === 'l2' && frame.tc > 0 && frame.validated && frame.words[XEN_SLOT] !== XEN_TEMPLATE)
          yield { invariant: 'I10', what: "Xen's slot", rows: [frameRow(mfn), entryRow(mfn, XEN_SLOT)] };
    },
  },
  {
    id: 'I11',
    *broken({ world }) {
      if (!world.rules.wp) yield { invariant: 'I11', what: 'CR0.WP', rows: [] };
    },
  },
  {
    id: 'I12',
    *broken({ world, entries }) {
      const isDirectory = (mfn: number) => world.frames[mfn]?.type === 'l2' && world.frames[mfn]!.tc > 0;
      const linear = entries.filter(({ table, target }) => isDirectory(table) && isDirectory(target));
      const chained = new Set(linear.flatMap(({ table, target }) => (target === table ? [] : [table])));
      for (const { table, index, word, target } of linear)
        if (isWritable(word) || (target !== table && chained.has(target)))
          yield { invariant: 'I12', what: 'linear', rows: [frameRow(target), entryRow(table, index)] };
    },
  },
  {
    id: 'I13',
    *broken({ world }) {
      for (const { slots, vcpus } of world.domains) {
        const { active } = slots;
        if (active?.hook === undefined) continue;
        for (const { root, index } of hooksOf(world, active.l1))
          yield { invariant: 'I13', what: 'hooked', rows: [frameRow(root), entryRow(root, index)] };
        const { root, index } = active.hook;
        const remembered = vcpus.some(
          ({ base, tlb }) => base === root && [...tlb.keys()].some(va => Math.floor(va / WORDS) === index),
        );
        if (remembered) yield { invariant: 'I13', what: 'stale TLB', rows: [frameRow(active.l1)] };
      }
    },
  },
  {
    id: 'I14',
    *broken({ world }) {
      for (const { slots } of world.domains)
        if (slots.active !== undefined && slots.active.l1 === slots.inactive?.l1)
          yield { invariant: 'I14', what: 'two snapshots', rows: [frameRow(slots.active.l1)] };
    },
  },
  {
    id: 'I18',
    *broken(all) {
      const queued = new Set(
        all.world.domains.flatMap(({ vcpus }) => vcpus.flatMap(({ pending }) => pending?.mfn ?? [])),
      );
      for (const [mfn, { type, tc, validated, halfway }] of eachFrame(all)) {
        const isHalf = halfway !== undefined;
        const inUse = isTable(type) && tc > 0;
        if (isHalf ? !inUse || validated || tc !== 1 || !queued.has(mfn) : inUse && !validated)
          yield { invariant: 'I18', what: 'half audited', rows: [frameRow(mfn)] };
      }
    },
  },
  {
    id: 'I21',
    *broken(all) {
      for (const [mfn, frame] of eachFrame(all))
        if ((inUse(frame) || (frame.type === 'seg' && frame.tc > 0)) && frame.dma && frame.owner !== FREE)
          yield { invariant: 'I21', what: 'device', rows: [frameRow(mfn)] };
    },
  },
];

/** All violations of the world as it is now, in the order of the invariants. */
export const broken = (world: World): Violation[] => [...violations(world)];

export function* violations(world: World): Generator<Violation> {
  const all = census(world);
  for (const invariant of invariants) yield* invariant.broken(all);
}
