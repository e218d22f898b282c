import { type Content, ZEROS } from '../hardware/content.ts';
import { isGuard, isNone, isSwap, pfnOf, slotOf } from '../hardware/pte.ts';
import type { World } from '../world.ts';
import type { Mm } from './mm.ts';
import { contentOf } from './page-cache.ts';
import { swappedContent } from './swap.ts';
import { hasObject, indexOf, type Vma } from './vma.ts';

/** What a page holds, wherever it is kept: without an entry what a fault would bring. */
export function shownBy(world: World, { table }: Mm, vma: Vma, page: number): Content {
  const low = table.low(page);
  if (isSwap(low)) return swappedContent(world, slotOf(low));
  if (!isNone(low) && !isGuard(low)) return world.frames.contents[pfnOf(low, table.high(page))]!;
  return hasObject(vma) ? contentOf(world, world.objects[vma.object]!, indexOf(vma, page)) : ZEROS;
}
