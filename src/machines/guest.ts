import type { Move, Program, Seen } from '../language/moves.ts';
import type { Cost } from './machine.ts';

/** An entry of a guest's leaf table, by the guest's own numbers; undefined is none. */
export interface GuestEntry {
  readonly frame: number;
  readonly writable: boolean;
}
export interface GuestChange {
  readonly page: number;
  readonly entry: GuestEntry | undefined;
}

/**
 * What a guest's kernel and its programs do that a hypervisor can hear of. Everything else, such as filling a frame
 * through the kernel's own map, is theirs alone.
 */
export type GuestAct =
  /** A load or a store; after a fault the same again. */
  | {
      readonly kind: 'access';
      readonly process: string;
      readonly mode: 'user' | 'kernel';
      readonly page: number;
      readonly write: boolean;
    }
  /** An exchange on the live table, by an instruction. */
  | { readonly kind: 'store'; readonly process: string; readonly change: GuestChange }
  /** Entries that the kernel asks for by hypercall, in one batch. */
  | { readonly kind: 'update'; readonly process: string; readonly changes: readonly GuestChange[] }
  | { readonly kind: 'flush'; readonly process: string; readonly page: number }
  /** A new address space with these entries; those of the parent that lost the right to write. */
  | {
      readonly kind: 'fork';
      readonly process: string;
      readonly child: string;
      readonly lost: readonly GuestChange[];
      readonly entries: readonly GuestChange[];
    }
  | { readonly kind: 'exit'; readonly process: string };

/** A kernel that runs as a guest: its own decisions, told as acts against a hypervisor. */
export interface GuestKernel<S> {
  boot(program: Program): S;
  knows(move: Move): boolean;
  /** Runs a move to its end, the guest's kernel deciding at its faults. */
  run(state: S, move: Move): { readonly acts: readonly GuestAct[]; readonly seen: Seen };
  /** What the same costs without a hypervisor, since boot. */
  cost(state: S): Cost;
}

// biome-ignore lint/suspicious/noExplicitAny: the state is the guest's own
export type AnyGuest = GuestKernel<any>;
