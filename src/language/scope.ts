import type { FileHeader, Region } from './moves.ts';

/** What a program has named up to the line that is being parsed. */
export interface Names {
  readonly files: FileHeader[];
  readonly regions: Region[];
  /** All processes that ever ran, in order of appearance. */
  readonly processes: string[];
  readonly alive: Set<string>;
}

export const noNames = (): Names => ({ files: [], regions: [], processes: [], alive: new Set() });
