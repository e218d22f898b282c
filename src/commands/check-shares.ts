import type { LevelReport } from '../levels/check.ts';
import { inChild } from './child.ts';
import type { Io } from './io.ts';

/** A part of the levels: of `of` parts the one with number `part`, from 1. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

export const isIn = ({ part, of }: Share, index: number): boolean => index % of === part - 1;

/**
 * Proves levels in several processes of this program, each of which prints a line a level.
 * @param take is given each report; those of a process that ends early are missing
 */
export async function proveInShares(
  jobs: number,
  take: (report: LevelReport) => void,
  io: Io,
): Promise<void> {
  const parts = Array.from({ length: jobs }, (_, i) => i + 1);
  await Promise.all(parts.map(part => inChild(['check', '--share', `${part}/${jobs}`], take, io)));
}
