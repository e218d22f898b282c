import type { Move } from '../../language/moves.ts';
import { ENTRY, entryWord, type Request, WORDS } from '../../language/xen.ts';
import type { GuestAct, GuestChange, GuestEntry } from '../machine.ts';

const RO = ENTRY.present;
const RW = ENTRY.present | ENTRY.rw;
/** Of a domain of eight frames from f2 on: root, kernel table, first table of programs, then free frames. */
const FRAMES = 8;
const FIRST = 2;
const KERNEL = FIRST + 1;

/** An address space of the guest: its root, and the leaf table behind slot 0 of it. */
interface Space {
  readonly root: number;
  readonly table: number;
}

/** The domain has no frame left for what its kernel wants. */
export class GuestFull extends Error {}

/**
 * A guest's kernel in a domain of eight frames: tells what it does as moves of that domain. The guest's own frame
 * numbers become machine frames here, and its pages slots of one leaf table for each process.
 */
export class ParavirtGuest {
  private readonly domain: string;
  private readonly frames = new Map<number, number>();
  private readonly slots = new Map<number, number>();
  private readonly spaces = new Map<string, Space>();
  private readonly free: number[] = [];
  private running = '';

  /** @param domain also the name of its first process */
  constructor(domain: string) {
    this.domain = domain;
    for (let mfn = FIRST + 3; mfn < FIRST + FRAMES; mfn++) this.free.push(mfn);
    this.spaces.set(domain, { root: FIRST, table: FIRST + 2 });
    this.running = domain;
  }

  /** The domain as it is built, with writable page tables asked for. */
  opening(): Move[] {
    const { domain } = this;
    return [
      { process: 'xen', op: 'domain', child: domain, kind: 'pv64', frames: FRAMES },
      { process: domain, op: 'assist', on: true },
    ];
  }

  /** The moves of an act. Throws GuestFull where the domain's eight frames do not do. */
  moves(act: GuestAct): Move[] {
    const { domain } = this;
    switch (act.kind) {
      case 'access': {
        const va = this.slotOf(act.page);
        const mode = act.mode === 'user' ? 'u' : 'k';
        const at = { process: domain, va, index: 0 };
        return [
          ...this.switchTo(act.process),
          act.write ? { ...at, op: `${mode}write`, word: 9 } : { ...at, op: `${mode}read` },
        ];
      }
      case 'store': {
        const { table } = this.spaceOf(act.process);
        const { page, entry } = act.change;
        return [this.kernelStore(table, this.slotOf(page), this.wordOf(entry))];
      }
      case 'update':
        return [this.batch(this.spaceOf(act.process).table, act.changes)];
      case 'flush':
        return [{ process: domain, op: 'invlpg', va: this.slotOf(act.page) }];
      case 'fork':
        return this.fork(act);
      case 'exit':
        return this.exit(act.process);
    }
  }

  /** The child's tables are built as plain memory, sealed, and pinned: one audit for all of it, and one flush. */
  private fork({ process, child, lost, entries }: Extract<GuestAct, { kind: 'fork' }>): Move[] {
    const { domain } = this;
    const parent = this.spaceOf(process);
    const space: Space = { root: this.take(), table: this.take() };
    this.spaces.set(child, space);
    const seal = (mfn: number): Request => this.set(KERNEL, mfn - FIRST, entryWord(mfn, RO));
    return [
      ...(lost.length > 0 ? [this.batch(parent.table, lost)] : []),
      ...entries.map(({ page, entry }) =>
        this.kernelStore(space.table, this.slotOf(page), this.wordOf(entry)),
      ),
      this.kernelStore(space.root, 0, entryWord(space.table, RW)),
      this.kernelStore(space.root, 1, entryWord(KERNEL, RW)),
      { process: domain, op: 'update', requests: [seal(space.table), seal(space.root)] },
      { process: domain, op: 'pin', mfn: space.root, level: 2 },
      { process: domain, op: 'flushtlb' },
    ];
  }

  private exit(process: string): Move[] {
    const { root, table } = this.spaceOf(process);
    const [other] = [...this.spaces.keys()].filter(name => name !== process);
    if (other === undefined) return [{ process: this.domain, op: 'exit' }];
    const away = this.running === process ? this.switchTo(other) : [];
    this.spaces.delete(process);
    const open = (mfn: number): Request => this.set(KERNEL, mfn - FIRST, entryWord(mfn, RW));
    this.free.push(root, table);
    return [
      ...away,
      { process: this.domain, op: 'unpin', mfn: root },
      { process: this.domain, op: 'update', requests: [open(root), open(table)] },
    ];
  }

  private switchTo(process: string): Move[] {
    if (this.running === process) return [];
    this.running = process;
    return [{ process: this.domain, op: 'base', mfn: this.spaceOf(process).root }];
  }

  private batch(table: number, changes: readonly GuestChange[]): Move {
    const requests = changes.map(({ page, entry }) => this.set(table, this.slotOf(page), this.wordOf(entry)));
    return { process: this.domain, op: 'update', requests };
  }

  private kernelStore(mfn: number, index: number, word: number): Move {
    return { process: this.domain, op: 'kwrite', va: WORDS + mfn - FIRST, index, word };
  }

  private set(frame: number, index: number, word: number): Request {
    return { kind: 'set', frame, index, word, keep: false };
  }

  private wordOf(entry: GuestEntry | undefined): number {
    return entry === undefined ? 0 : entryWord(this.machineFrame(entry.frame), entry.writable ? RW : RO);
  }

  private machineFrame(frame: number): number {
    const mfn = this.frames.get(frame) ?? this.take();
    this.frames.set(frame, mfn);
    return mfn;
  }

  private take(): number {
    const mfn = this.free.shift();
    if (mfn === undefined) throw new GuestFull(`a guest has ${FRAMES} frames`);
    return mfn;
  }

  private spaceOf(process: string): Space {
    return this.spaces.get(process)!;
  }

  private slotOf(page: number): number {
    const slot = this.slots.get(page) ?? this.slots.size;
    if (slot === WORDS) throw new GuestFull(`a guest's programs have ${WORDS} pages`);
    this.slots.set(page, slot);
    return slot;
  }
}
