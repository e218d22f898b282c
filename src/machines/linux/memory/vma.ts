/**
 * Virtual memory areas: what a process was promised, as opposed to what its entries hold. A VMA is an
 * immutable value; a change replaces it in its address space's sorted list.
 */

export const READ = 1;
export const WRITE = 2;
export const EXEC = 4;

/** Flags of a VMA besides its rights. Source: include/linux/mm.h. */
export const SHARED = 1 << 0;
/** A stack, which a fault below it may extend. */
export const GROWSDOWN = 1 << 1;
/** Counted against overcommit; tells apart VMAs that would else merge. */
export const ACCOUNT = 1 << 2;
export const LOCKED = 1 << 3;
/** MADV_DONTFORK: a child has no such VMA. */
export const DONTCOPY = 1 << 4;
/** MADV_WIPEONFORK: a child finds zeros. */
export const WIPEONFORK = 1 << 5;
/** MADV_MERGEABLE: ksmd looks here for equal pages. */
export const MERGEABLE = 1 << 6;
/** MADV_RANDOM and MADV_NOHUGEPAGE: nothing here depends on them but merging. */
export const RAND_READ = 1 << 7;
export const NOHUGEPAGE = 1 << 8;

export interface Vma {
  /** Pages [start, end). */
  readonly start: number;
  readonly end: number;
  /** READ, WRITE, EXEC bits. */
  readonly rights: number;
  readonly flags: number;
  /** The file or shared object that it shows, by its number in the world; -1 for anonymous memory. */
  readonly object: number;
  /** What `start` is in the object, or the page at which anonymous memory was created. */
  readonly pgoff: number;
  /** The anon_vma that new anonymous pages belong to; 0 until the first anonymous page is prepared. */
  readonly anonVma: number;
  /** The anon_vma chain, oldest first; more than one entry after a fork. */
  readonly chain: readonly number[];
}

export const isShared = (vma: Vma): boolean => (vma.flags & SHARED) !== 0;
/** Does it show a file or shared object, rather than anonymous memory? */
export const hasObject = (vma: Vma): boolean => vma.object >= 0;
export const growsDown = (vma: Vma): boolean => (vma.flags & GROWSDOWN) !== 0;
export const isLocked = (vma: Vma): boolean => (vma.flags & LOCKED) !== 0;
export const mayWrite = (vma: Vma): boolean => (vma.rights & WRITE) !== 0;
export const mayExecute = (vma: Vma): boolean => (vma.rights & EXEC) !== 0;
export const isAccessible = (vma: Vma): boolean => vma.rights !== 0;
/** What an anonymous copy may be made in: MAYWRITE and not shared; every private mapping has MAYWRITE here. */
export const isCow = (vma: Vma): boolean => !isShared(vma);

export const rightsOf = (perm: string): number =>
  (perm[0] === 'r' ? READ : 0) | (perm[1] === 'w' ? WRITE : 0) | (perm[2] === 'x' ? EXEC : 0);
export const permOf = (rights: number): string =>
  `${rights & READ ? 'r' : '-'}${rights & WRITE ? 'w' : '-'}${rights & EXEC ? 'x' : '-'}`;

/** The VMA that covers a page. Source: find_vma, mm/mmap.c. */
export function findVma(vmas: readonly Vma[], page: number): Vma | undefined {
  let low = 0;
  let high = vmas.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const vma = vmas[middle]!;
    if (page < vma.start) high = middle - 1;
    else if (page >= vma.end) low = middle + 1;
    else return vma;
  }
  return undefined;
}

/** The parts of the VMAs that lie in [start, end), in order. */
export function partsOf(vmas: readonly Vma[], start: number, end: number): Vma[] {
  return vmas.filter(vma => vma.start < end && vma.end > start).map(vma => part(vma, start, end));
}

/** The VMA with some of it changed: field by field, for it has mostly been made so itself, and spreads of spreads are slow. */
export const changeVma = (vma: Vma, change: Partial<Vma>): Vma => ({
  start: change.start ?? vma.start,
  end: change.end ?? vma.end,
  rights: change.rights ?? vma.rights,
  flags: change.flags ?? vma.flags,
  object: change.object ?? vma.object,
  pgoff: change.pgoff ?? vma.pgoff,
  anonVma: change.anonVma ?? vma.anonVma,
  chain: change.chain ?? vma.chain,
});

/** The part of a VMA in [start, end); keeps anon_vma and chain, as a split does. */
export function part(vma: Vma, start: number, end: number): Vma {
  const from = Math.max(vma.start, start);
  const to = Math.min(vma.end, end);
  return from === vma.start && to === vma.end
    ? vma
    : changeVma(vma, { start: from, end: to, pgoff: vma.pgoff + (from - vma.start) });
}

/** The list without [start, end): VMAs that straddle an edge are split there. Source: do_vmi_munmap. */
export function without(vmas: readonly Vma[], start: number, end: number): Vma[] {
  const kept: Vma[] = [];
  for (const vma of vmas) {
    if (vma.end <= start || vma.start >= end) kept.push(vma);
    else {
      if (vma.start < start) kept.push(part(vma, vma.start, start));
      if (vma.end > end) kept.push(part(vma, end, vma.end));
    }
  }
  return kept;
}

/** True where no page of [start, end) lies outside a VMA. */
export function covers(vmas: readonly Vma[], start: number, end: number): boolean {
  let at = start;
  for (const vma of vmas) if (vma.start <= at && vma.end > at) at = vma.end;
  return at >= end;
}

const isForkChild = (vma: Vma): boolean => vma.chain.length > 1;

/** May `grown` take over `gone`, as far as their anon_vmas go? Source: is_mergeable_anon_vma, mm/vma.c (6.18). */
function anonVmasFit(grown: Vma, gone: Vma): boolean {
  if (grown.anonVma === gone.anonVma) return true;
  if (grown.anonVma === 0) return !isForkChild(gone);
  return gone.anonVma === 0 && !isForkChild(grown);
}

const continues = (left: Vma, right: Vma): boolean =>
  left.end === right.start &&
  left.object === right.object &&
  left.pgoff + (left.end - left.start) === right.pgoff;

/** The page of the object, or of the anonymous memory as it was created, that a page of a VMA shows. */
export const indexOf = (vma: Vma, page: number): number => vma.pgoff + (page - vma.start);

/** Flags, place and offsets that two neighbours must share to become one. Source: can_vma_merge_before/after. */
const alike = (left: Vma, right: Vma): boolean =>
  continues(left, right) && left.rights === right.rights && left.flags === right.flags;

/** One VMA over both, with the anon_vma of whichever has one. */
function joined(left: Vma, right: Vma): Vma {
  const anon = left.anonVma !== 0 ? left : right;
  return changeVma(left, { end: right.end, anonVma: anon.anonVma, chain: anon.chain });
}

/**
 * Puts a new or changed VMA into a list that has room for it, merged with its neighbours where the kernel
 * merges: with both if they also agree with each other, else the left one first.
 * Source: vma_merge_new_range, vma_merge_existing_range, mm/vma.c (6.18).
 */
export function insertMerged(vmas: readonly Vma[], added: Vma): Vma[] {
  const left = vmas.find(vma => vma.end === added.start);
  const right = vmas.find(vma => vma.start === added.end);
  const joinsLeft = left !== undefined && alike(left, added) && anonVmasFit(left, added);
  const joinsRight = right !== undefined && alike(added, right) && anonVmasFit(right, added);
  const joinsBoth =
    joinsLeft && joinsRight && (left.anonVma === 0 || right.anonVma === 0 || left.anonVma === right.anonVma);
  const takesRight = joinsBoth || (joinsRight && !joinsLeft);
  let merged = added;
  if (joinsLeft) merged = joined(left, merged);
  if (takesRight) merged = joined(merged, right);
  const rest = vmas.filter(vma => !(joinsLeft && vma === left) && !(takesRight && vma === right));
  const at = rest.findIndex(vma => vma.start >= merged.end);
  return at < 0 ? [...rest, merged] : [...rest.slice(0, at), merged, ...rest.slice(at)];
}

/**
 * The neighbour whose anon_vma a VMA takes for its first anonymous page: next, then previous, if its chain
 * has exactly one entry and both differ in nothing but rights and accounting.
 * Source: find_mergeable_anon_vma, mm/vma.c.
 */
export function adoptableAnonVma(vmas: readonly Vma[], vma: Vma): Vma | undefined {
  const fits = (other: Vma | undefined): other is Vma => other?.anonVma !== 0 && other?.chain.length === 1;
  const sameFlags = (other: Vma): boolean => other.flags === vma.flags;
  const next = vmas.find(other => continues(vma, other) && sameFlags(other));
  if (fits(next)) return next;
  const previous = vmas.find(other => continues(other, vma) && sameFlags(other));
  return fits(previous) ? previous : undefined;
}
