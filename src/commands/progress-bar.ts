const WIDTH = 30;

import type { Io } from './io.ts';

const NONE = { at() {}, done() {} };

/** How far a long command is, on one line of a terminal; nothing where there is none, or one thing to do. */
export function progressBar(total: number, io: Pick<Io, 'meter'>) {
  const stream = total > 1 ? io.meter : undefined;
  if (stream?.isTTY !== true) return NONE;
  return {
    at(count: number): void {
      const full = Math.floor((count / Math.max(total, 1)) * WIDTH);
      stream.write(`\r[${'#'.repeat(full).padEnd(WIDTH)}] ${count}/${total}`);
    },
    done(): void {
      stream.write(`\r${' '.repeat(WIDTH + 2 * String(total).length + 4)}\r`);
    },
  };
}
