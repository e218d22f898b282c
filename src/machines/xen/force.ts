import { ENTRY, flagsOf, frameOf, WORDS } from '../../language/xen.ts';
import { forceMap, forceUnmap } from './grants.ts';
import { dropEntry, dropGeneral, dropType, takeEntry, takeGeneral } from './references.ts';
import { carryOut, loadBase, reachesXen, reachXen, tableOf } from './update.ts';
import { isPresent } from './word.ts';
import { type Asked, type Domain, isTable, type Type, typeOfLevel, vcpuOf, type World } from './world.ts';

/**
 * Carries a request out that must be refused, as whoever says yes to it does: the entry is written, the
 * general reference taken, the type as it comes.
 */
export function force(world: World, domain: Domain, asked: Asked): void {
  if (world.call?.user === true) {
    world.call.user = false;
    carryOut(world, domain, asked);
    world.call.user = true;
    world.trespass = 'user-call';
    return;
  }
  switch (asked.kind) {
    case 'set':
      forceEntry(world, domain, asked.frame, asked.index, asked.word);
      return;
    case 'vamap': {
      const table = tableOf(world, domain, asked.va);
      if (table !== undefined) forceEntry(world, domain, table, asked.va % WORDS, asked.word);
      return;
    }
    case 'pin':
      forceType(world, domain, asked.mfn, typeOfLevel(asked.level));
      world.own(asked.mfn).pinned = true;
      vcpuOf(domain).pending = undefined;
      return;
    case 'base':
      forceType(world, domain, asked.mfn, 'l2');
      loadBase(world, domain, asked.mfn);
      return;
    case 'unpin':
      if (world.frames[asked.mfn]!.tc > 0) dropType(world, asked.mfn);
      dropGeneral(world, asked.mfn);
      return;
    case 'release':
    case 'm2p':
    case 'setldt':
      world.trespass = 'took-foreign';
      return;
    case 'gntmap':
      forceMap(world, domain, asked);
      return;
    case 'gntunmap':
      forceUnmap(world, domain, asked);
      return;
    case 'exchange':
      if (reachesXen(asked)) reachXen(world, asked.skip);
      return;
    case 'iret':
      return;
  }
}

function forceEntry(world: World, domain: Domain, table: number, index: number, word: number): void {
  if (world.frames[table] === undefined) return;
  const frame = world.own(table);
  if (frame.owner !== domain.name) world.trespass = 'wrote-foreign';
  const old = frame.words[index]!;
  world.putWord(table, index, word);
  // A half audited table is no table to whoever overlooks that it is one.
  if (!isTable(frame.type) || frame.tc === 0 || frame.halfway !== undefined) return;
  const target = world.frames[frameOf(word)];
  const isSelf = frame.type === 'l2' && frameOf(word) === table;
  if (isPresent(word) && !isSelf && target !== undefined && (flagsOf(word) & ENTRY.superpage) === 0)
    takeGeneral(world, frameOf(word));
  dropEntry(world, table, index, old);
}

function forceType(world: World, domain: Domain, mfn: number, type: Type): void {
  const frame = world.own(mfn);
  const fresh = frame.tc === 0;
  const start = frame.halfway ?? 0;
  const goesOn = frame.halfway !== undefined && frame.type === type;
  frame.type = type;
  frame.halfway = undefined;
  frame.validated = true;
  if (!goesOn) {
    frame.tc++;
    takeGeneral(world, mfn);
  }
  if (!fresh && !goesOn) return;
  for (let i = start; i < WORDS; i++) takeEntry(world, domain.name, mfn, i, frame.words[i]!);
}
