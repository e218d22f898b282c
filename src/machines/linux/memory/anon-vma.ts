import type { World } from '../world.ts';
import type { Mm } from './mm.ts';
import { adoptableAnonVma, changeVma, type Vma } from './vma.ts';

/**
 * anon_vmas: which VMAs may hold the anonymous pages of which. A fault's result shows nothing of them, but
 * fork copies page tables only of VMAs that have one, and neighbours merge by them.
 */

/**
 * Before the first anonymous page of a VMA. Prepared by the attempt, whether or not a page follows.
 * Source: __anon_vma_prepare, mm/rmap.c; addendum A8 and B3.
 */
export function prepareAnonVma(world: World, mm: Mm, vma: Vma): void {
  if (vma.anonVma !== 0) return;
  const adopted = adoptableAnonVma(mm.vmas, vma);
  const anonVma = adopted?.anonVma ?? newRoot(world);
  const prepared = changeVma(vma, { anonVma, chain: adopted?.chain ?? [anonVma] });
  mm.vmas = mm.vmas.map(other => (other === vma ? prepared : other));
}

function newRoot(world: World): number {
  const root = world.anonVmaParents.length;
  world.anonVmaParents.push(root);
  return root;
}

/**
 * The child's VMA of a fork: it joins the chain of the parent's and gets an anon_vma of its own, unless
 * the chain has one that no VMA uses any more and that has fewer than two children.
 * Source: anon_vma_fork and anon_vma_clone, mm/rmap.c.
 */
export function forkAnonVma(world: World, vma: Vma): Vma {
  if (vma.anonVma === 0) return vma;
  const reusable = vma.chain.find(
    anonVma => anonVma !== vma.anonVma && users(world, anonVma) === 0 && children(world, anonVma) < 2,
  );
  if (reusable !== undefined) return changeVma(vma, { anonVma: reusable });
  const anonVma = world.anonVmaParents.length;
  world.anonVmaParents.push(vma.anonVma);
  return changeVma(vma, { anonVma, chain: [...vma.chain, anonVma] });
}

const allVmas = (world: World): Vma[] => world.mms.flatMap(mm => mm?.vmas ?? []);

/** VMAs whose new pages belong to it. */
const users = (world: World, anonVma: number): number =>
  allVmas(world).filter(vma => vma.anonVma === anonVma).length;

/** Living anon_vmas below it; a root counts itself. */
function children(world: World, anonVma: number): number {
  const alive = new Set(allVmas(world).flatMap(vma => vma.chain));
  let count = 0;
  world.anonVmaParents.forEach((parent, number) => {
    if (number !== 0 && parent === anonVma && (number === anonVma || alive.has(number))) count++;
  });
  return count;
}
