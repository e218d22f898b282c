import type { Move } from './moves.ts';

/** How much there is to a program, as one operation after the other is read. */
export interface Size {
  operations: number;
  /** Pages that each process has mapped, at most: those that are unmapped again still count. */
  readonly mapped: Map<string, number>;
  /** Pages that all processes have mapped. */
  pages: number;
  /** The sum of `pages` over all operations: each may look at every page, and its picture shows them. */
  work: number;
}

export const noSize = (): Size => ({ operations: 0, mapped: new Map(), pages: 0, work: 0 });

/** Adds an operation to a size. */
export function grow(size: Size, move: Move): void {
  const { mapped } = size;
  const add = (process: string, pages: number): void => {
    mapped.set(process, (mapped.get(process) ?? 0) + pages);
    size.pages += pages;
  };
  const drop = (process: string): void => add(process, -(mapped.get(process) ?? 0));
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
    case 'vfork':
      add(move.child, mapped.get(move.process) ?? 0);
      break;
    case 'exit':
    case 'execve':
      drop(move.process);
      break;
  }
  size.operations++;
  size.work += size.pages;
}
