import type { Cost } from '../machine.ts';

/** Indices into World.counts: those of Cost, and what copying at once would take. */
export const COUNT = {
  io: 0,
  bytesRead: 1,
  bytesWritten: 2,
  frames: 3,
  remoteFlushes: 4,
  localFlushes: 5,
  faults: 6,
  eagerFrames: 7,
  audits: 8,
} as const;

/** Numbers in a plain array: worlds are cloned often, and so few are copied faster than a typed array is made. */
export type Counts = number[];

export const newCounts = (): Counts => new Array<number>(Object.keys(COUNT).length).fill(0);

export const costOf = (counts: Counts): Cost => ({
  io: counts[COUNT.io]!,
  bytesRead: counts[COUNT.bytesRead]!,
  bytesWritten: counts[COUNT.bytesWritten]!,
  frames: counts[COUNT.frames]!,
  remoteFlushes: counts[COUNT.remoteFlushes]!,
  localFlushes: counts[COUNT.localFlushes]!,
  emulations: 0,
  audits: counts[COUNT.audits]!,
  messages: 0,
  faults: counts[COUNT.faults]!,
});
