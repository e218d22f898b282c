import { type FileHeader, isSetting, type Region, type Setting, type SwapDevice } from './moves.ts';
import { noSize, type Size } from './size.ts';

/** The kernel's own actor: `k ksm`. */
export const KERNEL = 'k';

/** Does a line that begins so declare something, before the first operation? */
export const isHeader = (text: string): boolean =>
  ['file', 'swap', 'memory'].includes(text) || isSetting(text);

/** Whether a process may be called so: other lines begin with headers and `k`. */
export const isProcessName = (text: string): boolean =>
  /^[A-Za-z_][\w-]{0,30}$/.test(text) && !isHeader(text) && text !== KERNEL;

/** What a program has named up to the line that is being parsed. */
export interface Names {
  readonly files: FileHeader[];
  swap: SwapDevice;
  /** Frames; 0 for as many as are needed. */
  memory: number;
  readonly settings: Partial<Record<Setting, string>>;
  readonly regions: Region[];
  /** What was mapped by number: no region may be placed there. */
  readonly mapped: { readonly page: number; readonly pages: number }[];
  /** All processes that ever ran, in order of appearance. */
  readonly processes: string[];
  readonly alive: Set<string>;
  /** Who sleeps, by the child that was begun with vfork. */
  readonly asleep: Map<string, string>;
  /** How much the operations up to here come to. */
  readonly size: Size;
}

export const noNames = (): Names => ({
  files: [],
  swap: 'none',
  memory: 0,
  settings: {},
  regions: [],
  mapped: [],
  processes: [],
  alive: new Set(),
  asleep: new Map(),
  size: noSize(),
});
