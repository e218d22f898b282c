import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LevelReport } from '../levels/check.ts';
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
  await Promise.all(parts.map(part => inChild(['--share', `${part}/${jobs}`], take, io)));
}

async function inChild(args: readonly string[], take: (report: LevelReport) => void, io: Io): Promise<void> {
  const [program, ...before] = io.self;
  const child = spawn(program!, [...before, 'check', ...args], {
    cwd: io.cwd,
    env: io.env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const failed = new Promise<void>(resolve => child.once('error', () => resolve()));
  const read = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const report = parsed(line);
      if (report !== undefined) take(report);
    }
  })();
  await Promise.race([read, failed]);
}

function parsed(line: string): LevelReport | undefined {
  try {
    return JSON.parse(line) as LevelReport;
  } catch {
    return undefined;
  }
}
