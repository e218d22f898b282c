import type { Move, Seen } from '../../language/moves.ts';
import { ENTRY, flagsOf, frameOf, WORDS } from '../../language/xen.ts';
import { dropGeneral } from './references.ts';
import { isPresent, isWritable } from './word.ts';
import { BLANK, COW, type Domain, KEPT, KERNEL_SLOT, ownedBy, type World, XEN_SLOT } from './world.ts';

/**
 * Fully virtualized guests. Their tables name their own pages, and p2m leads from a page to a frame: so they may
 * write to their tables, and CR0.WP is theirs. Under shadow paging Xen keeps tables of its own for the hardware
 * and hears of every fault; under hardware-assisted paging only of what p2m does not give.
 * Source: sh_page_fault, arch/x86/mm/shadow/multi.c; specification section 8.2 and rows H1 to H6.
 */
export const isFull = ({ kind }: Domain): boolean => kind === 'shadow' || kind === 'hap';

/** What p2m says of a page that is to be populated on demand. */
export const ON_DEMAND = -1;

/** The frame of a page, at first that of its number; ON_DEMAND, or undefined where the guest has no such page. */
export const frameOfPage = ({ p2m }: Domain, page: number): number | undefined => p2m.get(page);

export const wordsOfPage = (world: World, domain: Domain, page: number): readonly number[] =>
  world.frames[frameOfPage(domain, page) ?? ON_DEMAND]?.words ?? ZEROS;
const ZEROS: readonly number[] = new Array<number>(WORDS).fill(0);

/** Domains whose p2m names a frame. */
export const sharersOf = (world: World, mfn: number): number =>
  world.domains.reduce((sum, { p2m }) => sum + [...p2m.values()].filter(frame => frame === mfn).length, 0);

/** Where the guest's own tables lead, and the pages that they are in. */
export interface GuestWalk {
  readonly page: number;
  readonly rw: boolean;
  readonly word: number;
  readonly tables: readonly number[];
}

/** What the guest's tables say. The hardware walks them, or Xen in its place. */
export function walkGuest(
  world: World,
  domain: Domain,
  va: number,
  user: boolean,
): GuestWalk | 'absent' | 'reserved' {
  const slot = Math.floor(va / WORDS);
  const root = domain.root;
  if (slot === XEN_SLOT || (user && slot === KERNEL_SLOT)) return 'absent';
  const directory = wordsOfPage(world, domain, root)[slot]!;
  if (!isPresent(directory)) return 'absent';
  if ((flagsOf(directory) & ENTRY.reserved) !== 0) return 'reserved';
  if ((flagsOf(directory) & ENTRY.superpage) !== 0) {
    const page = frameOf(directory) + (va % WORDS);
    return { page, rw: isWritable(directory), word: directory, tables: [root] };
  }
  const table = frameOf(directory);
  const word = wordsOfPage(world, domain, table)[va % WORDS]!;
  if (!isPresent(word)) return 'absent';
  if ((flagsOf(word) & ENTRY.reserved) !== 0) return 'reserved';
  return {
    page: frameOf(word),
    rw: isWritable(directory) && isWritable(word),
    word,
    tables: [root, table],
  };
}

/** What stands in the way of an access. */
export type Obstruction =
  /** The guest's own tables forbid it. */
  | 'forbidden'
  /** p2m has no frame for it yet, or one that others have too. */
  | 'on-demand'
  | 'shared'
  /** Only Xen's own tables forbid it: the guest has cleared WP, or the page holds a table that is shadowed. */
  | 'wp-clear'
  | 'shadowed';

export function obstruction(
  world: World,
  domain: Domain,
  found: GuestWalk | 'absent' | 'reserved',
  write: boolean,
  user: boolean,
): Obstruction | undefined {
  if (typeof found === 'string') return 'forbidden';
  const readOnly = write && !found.rw;
  if (readOnly && (user || domain.wp || !world.rules.full.honoursWp)) return 'forbidden';
  const frame = frameOfPage(domain, found.page);
  if (frame === ON_DEMAND) return 'on-demand';
  if (frame === undefined) return undefined;
  if (write && world.frames[frame]!.owner === COW) return 'shared';
  if (domain.kind === 'hap' || !write) return undefined;
  if (domain.shadowed.has(found.page)) return 'shadowed';
  return readOnly ? 'wp-clear' : undefined;
}

type Access = Extract<Move, { op: 'kread' | 'uread' | 'kwrite' | 'uwrite' | 'kpush' | 'khigh' }>;

/** What a device model answers where the guest has no memory. */
const NO_MEMORY = 255;

/** An access that nothing stands in the way of. The tables that led to it are shadowed from then on. */
export function completeAccess(world: World, domain: Domain, move: Access, found: GuestWalk): Seen {
  const frame = frameOfPage(domain, found.page);
  if (domain.kind === 'shadow') domain.shadowed = new Set([...domain.shadowed, ...found.tables]);
  if (!('word' in move))
    return { kind: 'value', bytes: [world.frames[frame ?? -1]?.words[move.index] ?? NO_MEMORY] };
  if (frame !== undefined) storeTo(world, domain, frame, move.index, move.word);
  return { kind: 'done' };
}

/** A store, whoever carries it out; a frame that others have too is not the guest's to write to. */
export function storeTo(world: World, domain: Domain, mfn: number, index: number, word: number): void {
  const frame = world.frames[mfn];
  if (frame === undefined) return;
  if (frame.owner !== domain.name || sharersOf(world, mfn) > 1) world.trespass = 'wrote-foreign';
  world.putWord(mfn, index, word);
}

/** Gives a shared page a frame of its own with the same words. Source: __mem_sharing_unshare_page. */
export function copyPage(world: World, domain: Domain, page: number): void {
  const source = frameOfPage(domain, page);
  if (source === undefined || world.frames[source]?.owner !== COW) return;
  const kept = world.frames.findIndex(({ owner }) => owner === KEPT);
  const mfn = kept < 0 ? world.frames.length : kept;
  world.frames[mfn] = { ...ownedBy(domain.name), words: world.frames[source]!.words };
  world.count('frames');
  world.count('bytesRead', 4096);
  world.count('bytesWritten', 4096);
  letGo(world, source);
  domain.p2m = new Map(domain.p2m).set(page, mfn);
}

/** Takes a shared frame for the page that is left of it. */
export function makePrivate(world: World, domain: Domain, page: number): void {
  const mfn = frameOfPage(domain, page) ?? ON_DEMAND;
  if (world.frames[mfn]?.owner !== COW) return;
  const frame = world.own(mfn);
  frame.owner = domain.name;
  frame.allocated = true;
  frame.type = 'none';
  frame.tc = 0;
  frame.tot = 1;
}

/** Gives a page that has no frame yet one from the pool: there is one for each. Source: p2m_pod_demand_populate. */
export function populate(world: World, domain: Domain, page: number): void {
  if (frameOfPage(domain, page) !== ON_DEMAND) return;
  const [mfn, ...pool] = domain.pool as [number, ...number[]];
  domain.pool = pool;
  if (world.rules.full.zeroesPool) world.own(mfn).words = BLANK;
  world.count('bytesWritten', 4096);
  domain.p2m = new Map(domain.p2m).set(page, mfn);
}

/** A page does without its frame: it goes to those that are kept for pages, once nobody has it. */
export function letGo(world: World, mfn: number): void {
  const frame = world.own(mfn);
  if (frame.owner === COW) {
    frame.tc--;
    frame.tot--;
    if (frame.tot === 0) frame.owner = KEPT;
    return;
  }
  frame.allocated = false;
  dropGeneral(world, mfn);
}

/** mem_sharing: two pages that hold the same become one frame. Answers an errno where they do not. */
export function share(world: World, first: number, second: number): string | undefined {
  const one = ownerOfPage(world, first);
  const other = ownerOfPage(world, second);
  if (one === undefined || other === undefined || first === second) return 'EINVAL';
  const mfn = frameOfPage(one, first)!;
  const spare = frameOfPage(other, second)!;
  if (mfn === spare) return undefined;
  if (mfn === ON_DEMAND || spare === ON_DEMAND) return 'EINVAL';
  const frame = world.own(mfn);
  if (frame.owner !== COW && frame.tot > 1) return 'EINVAL';
  if (world.frames[spare]!.owner !== COW && world.frames[spare]!.tot > 1) return 'EINVAL';
  if (frame.words.some((word, i) => word !== world.frames[spare]!.words[i])) return 'EINVAL';
  if (frame.owner !== COW) {
    frame.owner = COW;
    frame.allocated = false;
    frame.type = 'shared';
    frame.tc = 1;
    frame.tot = 1;
  }
  frame.tc++;
  frame.tot++;
  letGo(world, spare);
  other.p2m = new Map(other.p2m).set(second, mfn);
  return undefined;
}

/** The builder leaves a page out: its frame waits in the domain's pool. */
export function leaveOut(world: World, page: number): string | undefined {
  const domain = ownerOfPage(world, page);
  const mfn = domain && frameOfPage(domain, page)!;
  if (domain === undefined || mfn === undefined || world.frames[mfn]?.owner !== domain.name) return 'EINVAL';
  if (world.frames[mfn]!.tot > 1) return 'EINVAL';
  domain.pool = [...domain.pool, mfn];
  domain.p2m = new Map(domain.p2m).set(page, ON_DEMAND);
  return undefined;
}

const ownerOfPage = (world: World, page: number): Domain | undefined =>
  world.domains.find(domain => domain.alive && domain.p2m.has(page));

/** Xen forgets its tables for what a page holds: it seems to hold no table any more. Source: sh_remove_shadows. */
export function unshadow(domain: Domain, page: number): boolean {
  if (!domain.shadowed.has(page)) return false;
  domain.shadowed = new Set([...domain.shadowed].filter(other => other !== page));
  return true;
}
