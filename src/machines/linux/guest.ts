import type { Move } from '../../language/moves.ts';
import { type GuestAct, type GuestChange, type GuestEntry, type GuestKernel, isTrap } from '../machine.ts';
import type { Decision } from './fault/decision.ts';
import { isPresent, isWritable, pfnOf } from './hardware/pte.ts';
import { linux } from './linux.ts';
import type { World } from './world.ts';

/** Moves after which a guest shows its hypervisor what became of its tables. */
const KNOWN: ReadonlySet<Move['op']> = new Set([
  'map',
  'read',
  'write',
  'rsys',
  'fork',
  'exit',
  'unmap',
  'prot',
] as const);

/**
 * Linux as a paravirtual guest: the fault path, fork and copies to user of this machine, each change of a leaf
 * entry told as Linux makes it there. A fault clears by an exchange on the table (ptep_clear_flush) and sets by
 * hypercall (set_pte), fork and mprotect change many entries by batch. Source: arch/x86/xen/mmu_pv.c.
 */
export const linuxGuest: GuestKernel<World> = {
  boot: program => linux.boot(program, linux.rules.at(-1)!),
  knows: move => KNOWN.has(move.op) && linux.knows(move),
  cost: world => linux.cost(world),
  run(world, move, decisions = []) {
    const acts: GuestAct[] = [];
    const { process } = move;
    const before = entriesOf(world, process);
    const access = (mode: 'user' | 'kernel', page: number, write: boolean) =>
      acts.push({ kind: 'access', process, mode, page, write });
    if (move.op === 'read' || move.op === 'write') access('user', move.page, move.op === 'write');
    if (move.op === 'rsys') access('kernel', move.page, true);
    let faulted = false;
    let result = linux.step(world, move);
    for (let faults = 0; isTrap(result); faults++) {
      faulted = true;
      const fault = result;
      const decision = (decisions[faults] as Decision | undefined) ?? linux.best(world, fault);
      for (const micro of linux.routine(world, fault, decision)) {
        const old = entryAt(world, process, fault.page);
        const flushes = linux.cost(world).localFlushes;
        linux.perform(world, micro);
        const now = entryAt(world, process, fault.page);
        if (linux.cost(world).localFlushes > flushes) acts.push({ kind: 'flush', process, page: fault.page });
        else if (!same(old, now))
          acts.push(changeOf(process, micro.step === 'clear entry', { page: fault.page, entry: now }));
      }
      access(fault.user ? 'user' : 'kernel', fault.page, fault.write);
      result = linux.step(world, move);
    }
    if (move.op === 'fork')
      acts.push({
        kind: 'fork',
        process,
        child: move.child,
        lost: changesBetween(before, entriesOf(world, process)),
        entries: [...entriesOf(world, move.child)].map(([page, entry]) => ({ page, entry })),
      });
    else if (move.op === 'exit') acts.push({ kind: 'exit', process });
    else if (!faulted) {
      const changes = changesBetween(before, entriesOf(world, process));
      if (changes.length > 0) acts.push({ kind: 'update', process, changes });
    }
    return { acts, seen: result };
  },
};

const changeOf = (process: string, stores: boolean, change: GuestChange): GuestAct =>
  stores ? { kind: 'store', process, change } : { kind: 'update', process, changes: [change] };

type Entries = ReadonlyMap<number, GuestEntry>;

function entriesOf(world: World, name: string): Entries {
  const mm = world.mms[world.process(name).mm];
  const entries = new Map<number, GuestEntry>();
  for (const page of mm?.table.pages() ?? []) {
    const entry = entryAt(world, name, page);
    if (entry !== undefined) entries.set(page, entry);
  }
  return entries;
}

function entryAt(world: World, name: string, page: number): GuestEntry | undefined {
  const table = world.mms[world.process(name).mm]?.table;
  const low = table?.low(page) ?? 0;
  return table !== undefined && isPresent(low)
    ? { frame: pfnOf(low, table.high(page)), writable: isWritable(low) }
    : undefined;
}

const same = (a: GuestEntry | undefined, b: GuestEntry | undefined): boolean =>
  a?.frame === b?.frame && a?.writable === b?.writable;

/** What differs, those that are gone as none. */
const changesBetween = (before: Entries, after: Entries): GuestChange[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter(page => !same(before.get(page), after.get(page)))
    .map(page => ({ page, entry: after.get(page) }));
