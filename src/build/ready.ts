import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Archive } from './archive.ts';
import { readyName } from './ready-file.ts';
import { root } from './root.ts';

/** Where the answer of a command is kept for the next. */
const PLAYED = 'played.json';

/** Commands without a screen, on something that is soon done. */
const COMMANDS: readonly (readonly string[])[] = [
  ['run', '--seed', '1'],
  ['levels'],
  ['check', path.join(root, 'levels/linux/trap/first-ring.yaml')],
  ['worksheet', '--seed', '1', '--count', '2', '--system', 'linux'],
  ['play', 'first-ring', '--decide', 'zeroed', '--decide', 'refuse-unmapped', '--json'],
  ['grade', PLAYED],
];

/**
 * Compiles the chunks that commands without a screen use, so that no start need do it again: it runs them where they
 * keep what V8 has made of each chunk. What was called is compiled, the rest is not.
 * @returns what they kept
 */
export function compileAhead({ name, bytes, program }: Archive): Buffer {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-build-'));
  try {
    const dist = path.join(folder, 'dist');
    mkdirSync(dist);
    for (const beside of ['assets', 'levels'])
      symlinkSync(path.join(root, beside), path.join(folder, beside));
    writeFileSync(path.join(dist, name), bytes);
    writeFileSync(path.join(dist, 'cowhand.cjs'), program);
    for (const args of COMMANDS) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [path.join(dist, 'cowhand.cjs'), ...args],
        {
          cwd: folder,
          env: { HOME: folder },
        },
      );
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
      writeFileSync(path.join(folder, PLAYED), stdout);
    }
    return readFileSync(path.join(folder, '.cache', 'cowhand', readyName(name)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
