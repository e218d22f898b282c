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
  /** Adds where it is broken to what was found. */
  readonly look: (census: Census, found: Violation[]) => void;
}

export const frameRow = (mfn: number): string => `frame ${mfn}`;
export const entryRow = (table: number, index: number): string => `entry ${table} ${index}`;

const inUse = (frame: Frame | undefined): boolean =>
  frame !== undefined && isTable(frame.type) && frame.tc > 0;
const ownerOf = (world: World, table: number): string => world.frames[table]!.owner;

/** The entries that must never name a frame which is in use as one of `types` and be writable. */
function writableTo(
  { world, entries }: Census,
  found: Violation[],
  id: string,
  types: readonly string[],
): void {
  for (const { table, index, word, target } of entries) {
    const frame = world.frames[target];
    if (world.frames[table]!.type !== 'l1' || !isWritable(word) || frame === undefined) continue;
    if (types.includes(frame.type) && frame.tc > 0)
      found.push({ invariant: id, what: 'writable', rows: [frameRow(target), entryRow(table, index)] });
  }
}

export const invariants: readonly Invariant[] = [
  {
    id: 'I1',
    look(all, found) {
      all.world.frames.forEach(({ tot }, mfn) => {
        if (tot !== all.tot[mfn])
          found.push({
            invariant: 'I1',
            what: 'general count',
            rows: [frameRow(mfn)],
            ...(all.tot[mfn] === 0 && tot > 0 ? { leak: true } : {}),
          });
      });
    },
  },
  {
    id: 'I2',
    look(all, found) {
      all.world.frames.forEach(({ tc }, mfn) => {
        if (tc !== all.tc[mfn]) found.push({ invariant: 'I2', what: 'type count', rows: [frameRow(mfn)] });
      });
    },
  },
  { id: 'I3', look: (all, found) => writableTo(all, found, 'I3', ['l1', 'l2']) },
  { id: 'I4', look: (all, found) => writableTo(all, found, 'I4', ['seg']) },
  {
    id: 'I5',
    look({ world, entries }, found) {
      for (const { table, index, word, target } of entries) {
        if (world.frames[table]!.type !== 'l1') continue;
        const owner = world.frames[target]?.owner;
        const domain = ownerOf(world, table);
        const lent = world.loans.some(
          loan => loan.table === table && loan.index === index && loan.mfn === target,
        );
        const allowed = owner === domain || (owner === IO && domain === PRIVILEGED) || lent;
        if (!allowed || (flagsOf(word) & ~LEAF_BITS) !== 0)
          found.push({
            invariant: 'I5',
            what: 'not its own',
            rows: [frameRow(target), entryRow(table, index)],
          });
      }
      for (const { name, p2m } of world.domains)
        for (const mfn of p2m.values()) {
          const frame = world.frames[mfn];
          if (frame === undefined || frame.owner === name) continue;
          if (frame.owner !== COW || frame.type !== 'shared')
            found.push({ invariant: 'I5', what: 'a page is not its own', rows: [frameRow(mfn)] });
        }
    },
  },
  {
    id: 'I6',
    look({ world, entries }, found) {
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
          found.push({ invariant: 'I6', what: 'no table', rows: [frameRow(target), entryRow(table, index)] });
      }
    },
  },
  {
    id: 'I7',
    look({ world }, found) {
      for (const { name, vcpus } of world.domains)
        for (const { tlb } of vcpus)
          for (const { frame: mfn, rw } of tlb.values()) {
            const frame = world.frames[mfn];
            const typed =
              frame !== undefined && frame.tc > 0 && (isTable(frame.type) || frame.type === 'seg');
            const foreign = frame?.owner !== name && !(frame?.owner === IO && name === PRIVILEGED);
            const lent = borrows(world, name, mfn, rw);
            if ((foreign && !lent) || (rw && typed && !isLoose(world, mfn)))
              found.push({ invariant: 'I7', what: 'stale TLB', rows: [frameRow(mfn)] });
          }
      for (const [key, mfn] of world.linear) {
        const [name, slot] = key.split(' ') as [string, string];
        const root = vcpuOf(world.domain(name)).base;
        if (frameOf(world.frames[root]?.words[Number(slot)] ?? 0) !== mfn)
          found.push({
            invariant: 'I7',
            what: "Xen's own map",
            rows: [frameRow(mfn), entryRow(root, Number(slot))],
          });
      }
    },
  },
  {
    id: 'I8',
    look({ world }, found) {
      world.frames.forEach(({ pinned, validated, tc, type }, mfn) => {
        if (pinned && (!validated || tc < 1 || !isTable(type)))
          found.push({ invariant: 'I8', what: 'pinned', rows: [frameRow(mfn)] });
      });
    },
  },
  {
    id: 'I9',
    look({ world }, found) {
      for (const { vcpus } of world.domains)
        for (const { base } of vcpus) {
          const frame = world.frames[base];
          if (base >= 0 && !(frame?.type === 'l2' && frame.tc > 0 && frame.validated))
            found.push({ invariant: 'I9', what: 'root', rows: [frameRow(base)] });
        }
    },
  },
  {
    id: 'I10',
    look({ world }, found) {
      world.frames.forEach(({ type, tc, validated, words }, mfn) => {
        if (type === 'l2' && tc > 0 && validated && words[XEN_SLOT] !== XEN_TEMPLATE)
          found.push({
            invariant: 'I10',
            what: "Xen's slot",
            rows: [frameRow(mfn), entryRow(mfn, XEN_SLOT)],
          });
      });
    },
  },
  {
    id: 'I11',
    look({ world }, found) {
      if (!world.rules.wp) found.push({ invariant: 'I11', what: 'CR0.WP', rows: [] });
    },
  },
  {
    id: 'I12',
    look({ world, entries }, found) {
      const isDirectory = (mfn: number) => world.frames[mfn]?.type === 'l2' && world.frames[mfn]!.tc > 0;
      const linear = entries.filter(({ table, target }) => isDirectory(table) && isDirectory(target));
      const isChained = (mfn: number) =>
        linear.some(({ table, target }) => table === mfn && target !== table);
      for (const { table, index, word, target } of linear)
        if (isWritable(word) || (target !== table && isChained(target)))
          found.push({ invariant: 'I12', what: 'linear', rows: [frameRow(target), entryRow(table, index)] });
    },
  },
  {
    id: 'I13',
    look({ world }, found) {
      for (const { slots, vcpus } of world.domains) {
        const { active } = slots;
        if (active?.hook === undefined) continue;
        for (const { root, index } of hooksOf(world, active.l1))
          found.push({ invariant: 'I13', what: 'hooked', rows: [frameRow(root), entryRow(root, index)] });
        const { root, index } = active.hook;
        const remembered = vcpus.some(
          ({ base, tlb }) => base === root && [...tlb.keys()].some(va => Math.floor(va / WORDS) === index),
        );
        if (remembered) found.push({ invariant: 'I13', what: 'stale TLB', rows: [frameRow(active.l1)] });
      }
    },
  },
  {
    id: 'I14',
    look({ world }, found) {
      for (const { slots } of world.domains)
        if (slots.active !== undefined && slots.active.l1 === slots.inactive?.l1)
          found.push({ invariant: 'I14', what: 'two snapshots', rows: [frameRow(slots.active.l1)] });
    },
  },
  {
    id: 'I18',
    look({ world }, found) {
      const isQueued = (mfn: number) =>
        world.domains.some(({ vcpus }) => vcpus.some(({ pending }) => pending?.mfn === mfn));
      world.frames.forEach((frame, mfn) => {
        const { validated, halfway, tc } = frame;
        const isHalf = halfway !== undefined;
        if (isHalf ? !inUse(frame) || validated || tc !== 1 || !isQueued(mfn) : inUse(frame) && !validated)
          found.push({ invariant: 'I18', what: 'half audited', rows: [frameRow(mfn)] });
      });
    },
  },
  {
    id: 'I21',
    look({ world }, found) {
      world.frames.forEach((frame, mfn) => {
        if ((inUse(frame) || (frame.type === 'seg' && frame.tc > 0)) && frame.dma && frame.owner !== FREE)
          found.push({ invariant: 'I21', what: 'device', rows: [frameRow(mfn)] });
      });
    },
  },
];

/** All violations of the world as it is now, in the order of the invariants. */
export function broken(world: World): Violation[] {
  const all = census(world);
  const found: Violation[] = [];
  for (const { look } of invariants) look(all, found);
  return found;
}
