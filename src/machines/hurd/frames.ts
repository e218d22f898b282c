import type { Content } from './content.ts';
import type { Numbered } from './numbered.ts';

/** What physmem keeps. All but frames are not changed in place: clones of a world have the same ones. */

/** Memory that entries name: unbound until it is first mapped. Source: struct frame, physmem/priv.h (2005). */
export interface Frame extends Numbered {
  /** A power of two. */
  readonly pages: number;
  /** The first of its page frames; -1 while unbound. */
  base: number;
  /** Rings minus one. */
  cow: number;
  /** Entries that name it. */
  refs: number;
  /** Union of the rights handed out since it was last unmapped: physmem does not know what clients still have. */
  handed: number;
}

/** What a container has at [start, start + pages). Source: struct frame_entry, physmem/priv.h (2005). */
export interface Entry extends Numbered {
  readonly container: string;
  readonly start: number;
  readonly pages: number;
  readonly frame: number;
  /** Where in the frame it begins, in pages. */
  readonly offset: number;
  /** Entries of one ring truly share; those of two rings on one frame are logical copies of each other. */
  readonly ring: number;
  /** The holder has given it back and may ask whether it is still there. The design of 2003. */
  readonly soft: boolean;
}

/** A page that was written to the swap space, for as many holders as it has. */
export interface Slot extends Numbered {
  readonly content: Content;
  readonly refs: number;
}

/** A page of physical memory: what was freed keeps what it held until it is bound again. */
export interface PageFrame {
  readonly content: Content;
  readonly used: boolean;
  /** How often it was in use. */
  readonly generation: number;
}

/** Field by field, which is faster than to spread it. */
export const cloneFrame = ({ id, pages, base, cow, refs, handed }: Frame): Frame => ({
  id,
  pages,
  base,
  cow,
  refs,
  handed,
});
