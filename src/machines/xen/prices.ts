import type { Cost } from '../machine.ts';

/**
 * What each thing costs in cycles: a choice of the game, in the proportions of real machines. A flush includes what
 * it costs to fill the TLB again. Specification section 11.
 */
export const PRICES: Readonly<Record<keyof Cost, number>> = {
  io: 0,
  bytesRead: 600 / 8192,
  bytesWritten: 100 / 4096,
  frames: 0,
  remoteFlushes: 1500,
  localFlushes: 1000,
  emulations: 1500,
  audits: 150,
  messages: 300,
  faults: 1000,
};

const PRICED = Object.entries(PRICES) as [keyof Cost, number][];

/** A cost in cycles. */
export const price = (cost: Cost): number =>
  PRICED.reduce((sum, [count, each]) => sum + each * cost[count], 0);
