import { type Cost, NO_COST } from '../machine.ts';

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

export const newCounts = (): Float64Array => new Float64Array(Object.keys(COUNT).length);

export const costOf = (counts: Float64Array): Cost => ({
  ...NO_COST,
  io: counts[COUNT.io]!,
  bytesRead: counts[COUNT.bytesRead]!,
  bytesWritten: counts[COUNT.bytesWritten]!,
  frames: counts[COUNT.frames]!,
  remoteFlushes: counts[COUNT.remoteFlushes]!,
  localFlushes: counts[COUNT.localFlushes]!,
  audits: counts[COUNT.audits]!,
  faults: counts[COUNT.faults]!,
});
