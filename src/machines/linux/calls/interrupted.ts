/** What a system call leaves behind when a fault interrupts it, for the step that goes on with it. */

/** The exception table that an instruction of the kernel is listed in: the kernel's, its module's, or neither. */
export type Extable = 'main' | 'module' | 'none';

/** A copy between kernel and user memory. */
export interface UserCopy {
  readonly process: string;
  /** Where the buffer begins. */
  readonly page: number;
  readonly offset: number;
  /** Bytes to be copied in all. */
  readonly length: number;
  /** What it stores into the buffer. */
  readonly stores: 'value' | 'zero' | 'file' | 'nothing';
  /** Which exception table lists the instruction that copies. */
  readonly extable: Extable;
  /** Is it done with the address space's lock held, and so with page faults disabled? */
  readonly locked: boolean;
  /** The place of the file that it comes from, or, if it stores nothing into the buffer, goes to. */
  readonly file?: string;
  /** Bytes copied. */
  done: number;
  /** What `done` was when the last attempt began. */
  attempt: number;
  /** Up to here pages were checked in software, where CR0.WP does not hold. Bytes. */
  checked: number;
  /** The lock was given up, to bring in what was missing: faults are served meanwhile. */
  touching: boolean;
  /** A fault was served all the same, and waits for the lock that its own process holds: for ever. */
  stuck: boolean;
}

/** A call that goes through pages one by one. */
export interface PageHunt {
  /** Frames that it holds, with a reference each, or with `pins` a pin. */
  readonly pages: readonly number[];
  readonly pins: boolean;
  /** Pages that the call has mapped itself before it began. */
  readonly fresh?: { readonly process: string; readonly from: number; readonly to: number };
  /** The page that it has come to, of those up to `until`. */
  readonly done: number;
  readonly until: number;
}
