import { optimalOffers } from '../../../src/judge/judge.ts';
import { type Move, PAGE_SIZE, type Program, type Settings } from '../../../src/language/moves.ts';
import { DECISIONS, decisions } from '../../../src/machines/linux/fault/decision.ts';
import type { Fault } from '../../../src/machines/linux/fault/fault.ts';
import { sameContent, ZEROS } from '../../../src/machines/linux/hardware/content.ts';
import { LAZYFREE } from '../../../src/machines/linux/hardware/frames.ts';
import { mapsFrame, pfnOf } from '../../../src/machines/linux/hardware/pte.ts';
import type { IdealMemory } from '../../../src/machines/linux/ideal/ideal.ts';
import { pageOf } from '../../../src/machines/linux/ideal/view.ts';
import { linux } from '../../../src/machines/linux/linux.ts';
import { contentOf } from '../../../src/machines/linux/memory/page-cache.ts';
import { findVma, indexOf, isShared } from '../../../src/machines/linux/memory/vma.ts';
import type { World } from '../../../src/machines/linux/world.ts';
import { generateProgram } from '../../../src/study/program.ts';
import { type Handler, Noticed, watch } from './watch.ts';

const offers = DECISIONS.map(name => decisions[name]);

/** Calls that bring in pages of which nobody is shown whether they came. */
const POPULATING = ['map', 'mremap', 'prot', 'mlock', 'madv'];

/**
 * Where the kernel may not be optimal: a fetch is served as a read first; before a call fails at a page the
 * pages before it are served, though nothing of them may count; a page that is about to be overwritten as a
 * whole is copied before; so is one that was given up and may be zeros by now, and one that only a pipe of the process
 * itself refers to; a hole in a file gets a frame.
 */
function mayBeBeaten(world: World, ideal: IdealMemory, move: Move, fault: Fault): boolean {
  if (linux.why(world, fault, linux.best(world, fault)).rule === 'wp-held') return true;
  if ((pageOf(ideal, fault.process, fault.page)?.contents.length ?? 1) > 1) return true;
  if (fault.access === 'fetch' || ['wsys', 'pvw', 'memw', 'dread', 'iopin', 'rpin', 'vpin'].includes(move.op))
    return true;
  if (move.op === 'rsys' && move.length >= PAGE_SIZE) return true;
  if (fault.gup !== undefined && POPULATING.includes(move.op)) return true;
  const { table, vmas } = world.mms[fault.mm]!;
  const low = table.low(fault.page);
  if (mapsFrame(low) && world.frames.is(pfnOf(low, table.high(fault.page)), LAZYFREE)) return true;
  const vma = findVma(vmas, fault.page);
  const object = vma === undefined ? undefined : world.objects[vma.object];
  return (
    object !== undefined &&
    !isShared(vma!) &&
    sameContent(contentOf(world, object, indexOf(vma!, fault.page)), ZEROS)
  );
}

/** Every third program runs on ARM. */
function programOf(seed: number): Program {
  const settings: Settings = seed % 3 === 2 ? { arch: 'arm' } : {};
  return { ...generateProgram(seed, move => linux.knows(move, settings)), settings };
}

/** What notices anything wrong with a kernel in the program of this seed. */
export const noticedIn = (seed: number, rules: string, costs: boolean): string | undefined =>
  noticedBy(programOf(seed), rules, costs);

/**
 * What notices anything wrong with a kernel in a program; undefined if nothing does. 'cost' if only that it
 * decided rightly what costs too much; that is looked at only if asked for, for it takes long.
 */
export function noticedBy(program: Program, rules: string, costs: boolean): string | undefined {
  let isDear = false;
  const kernel: Handler = (world, ideal, move, fault) => {
    const best = linux.best(world, fault);
    if (costs && !mayBeBeaten(world, ideal, move, fault))
      isDear ||= !optimalOffers(linux, { world, ideal, move, fault }, offers).includes(best);
    return best;
  };
  try {
    watch(program, kernel, rules);
    return isDear ? 'cost' : undefined;
  } catch (error) {
    if (error instanceof Noticed) return error.by;
    throw error;
  }
}
