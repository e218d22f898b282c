import type { Move } from './moves.ts';

/** How much there is to a program, as one operation after the other is read. */
export interface Size {
  operations: number;
  /** Whose memory a process uses: that of threads, and of children of vfork, is another's. */
  readonly owners: Map<string, string>;
  /** Pages that each owner has mapped, at most: those that are unmapped again still count. */
  readonly mapped: Map<string, number>;
  /** Pages that all of them have mapped. */
  pages: number;
  /** The sum of `pages` over all operations: each may look at every page, and its picture shows them. */
  work: number;
}

export const noSize = (): Size => ({
  operations: 0,
  owners: new Map(),
  mapped: new Map(),
  pages: 0,
  work: 0,
});

/** Adds an operation to a size. */
export function grow(size: Size, move: Move): void {
  const { owners, mapped } = size;
  const ownerOf = (process: string): string => {
    const owner = owners.get(process) ?? process;
    owners.set(process, owner);
    return owner;
  };
  const add = (process: string, pages: number): void => {
    const owner = ownerOf(process);
    mapped.set(owner, (mapped.get(owner) ?? 0) + pages);
    size.pages += pages;
  };
  switch (move.op) {
    case 'map':
    case 'own':
    case 'serve':
      add(move.process, move.pages);
      break;
    case 'mremap':
      add(move.process, move.toPages);
      break;
    case 'share':
    case 'copyto':
      add(move.target, move.pages);
      break;
    case 'domain':
      add(move.child, move.frames);
      break;
    case 'fork':
      add(move.child, mapped.get(ownerOf(move.process)) ?? 0);
      break;
    case 'thread':
    case 'vfork':
      owners.set(move.child, ownerOf(move.process));
      break;
    case 'exit':
    case 'execve': {
      const owner = ownerOf(move.process);
      owners.delete(move.process);
      if ([...owners.values()].includes(owner)) break;
      size.pages -= mapped.get(owner) ?? 0;
      mapped.delete(owner);
      break;
    }
  }
  size.operations++;
  size.work += size.pages;
}
