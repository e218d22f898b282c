import { sameContent } from '../hardware/content.ts';
import { ANON, UPTODATE } from '../hardware/frames.ts';
import { mapsFrame, pfnOf } from '../hardware/pte.ts';
import type { World } from '../world.ts';

/** A micro-step of the kernel's work on one CPU. */
export interface MicroStep {
  readonly before: World;
  readonly after: World;
  /** On which CPU. */
  readonly cpu: number;
  /** As tasks name it. */
  readonly step: string;
  /** The page that a fault is about; undefined for system calls. */
  readonly page: number | undefined;
}

/** Invariants of one micro-step, whoever else steps in between. Numbers are those of the specification's section 10. */
export interface MicroInvariant {
  readonly id: string;
  /** What was broken; undefined where the invariant holds. */
  readonly broken: (micro: MicroStep) => string | undefined;
}

/** What takes its time: it allocates, reads, or waits for whoever reads. */
const SLEEPS: readonly string[] = ['claim', 'fill', 'break', 'force'];

export const microInvariants: readonly MicroInvariant[] = [
  {
    id: 'I27',
    broken(micro) {
      const pfn = newlyMapped(micro);
      if (pfn === undefined || micro.after.frames.is(pfn, UPTODATE)) return undefined;
      return `f${pfn} can be seen before it is filled`;
    },
  },
  {
    id: 'I28',
    broken(micro) {
      const { after, cpu } = micro;
      const pfn = newlyMapped(micro);
      const { handler } = after.cpus[cpu]!;
      if (pfn === undefined || handler === undefined || pfn !== handler.pfn || !mapsFrame(handler.low))
        return undefined;
      const source = pfnOf(handler.low, handler.high);
      const { contents } = after.frames;
      return sameContent(contents[pfn]!, contents[source]!) ? undefined : `f${pfn} is no copy of f${source}`;
    },
  },
  {
    id: 'I34',
    broken({ before, after, cpu, step, page }) {
      const { holds } = after.cpus[cpu] ?? {};
      if (holds?.table === true && SLEEPS.includes(step))
        return `${step} may sleep under the page table lock`;
      for (const mm of changed(before, after)) {
        const isLockedByOther = before.cpus.some(
          (other, i) => i !== cpu && other.holds?.mm === mm && other.holds.table,
        );
        if (isLockedByOther) return `${step} changes entries that another CPU has locked`;
      }
      if (page !== undefined && holds?.table === false && differ(before, after, holds.mm, page))
        return `${step} changes the entry of page ${page} without its lock`;
      return undefined;
    },
  },
];

/** The anonymous frame that the entry at fault maps since this step. */
function newlyMapped({ before, after, cpu, page }: MicroStep): number | undefined {
  const mm = after.cpus[cpu]?.holds?.mm;
  if (page === undefined || mm === undefined) return undefined;
  const frameIn = (world: World): number => {
    const { table } = world.mms[mm]!;
    const low = table.low(page);
    return mapsFrame(low) ? pfnOf(low, table.high(page)) : -1;
  };
  const pfn = frameIn(after);
  return pfn > 0 && pfn !== frameIn(before) && after.frames.is(pfn, ANON) ? pfn : undefined;
}

/** Address spaces in which an entry is another one now. */
function* changed(before: World, after: World): Generator<number> {
  for (const [index, mm] of after.mms.entries()) {
    const old = before.mms[index];
    if (mm === undefined || old === undefined) continue;
    const pages = [...mm.table.pages(), ...old.table.pages()];
    if (pages.some(page => differ(before, after, index, page))) yield index;
  }
}

function differ(before: World, after: World, mm: number, page: number): boolean {
  const [was, is] = [before.mms[mm]!.table, after.mms[mm]!.table];
  return was.low(page) !== is.low(page) || was.high(page) !== is.high(page);
}
