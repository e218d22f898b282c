import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What the probe measures: nanoseconds a page. */
export const CASES = ['read', 'write', 'copy', 'reuse', 'fork'] as const;
export type Case = (typeof CASES)[number];

const COMPILERS = ['cc', 'gcc', 'clang'];

/**
 * Hands `use` a function that probes the kernel that this runs on, once a call. It gets the reason instead
 * where there is no probing: another system than Linux, or no C compiler.
 * @param source of the probe, in C
 */
export function withProbe<T>(source: string, use: (probe: (() => Record<Case, number>) | string) => T): T {
  if (process.platform !== 'linux') return use('this is no Linux');
  const folder = mkdtempSync(path.join(tmpdir(), 'cowhand-probe-'));
  try {
    const probe = path.join(folder, 'probe');
    const compiles = (compiler: string) => spawnSync(compiler, ['-O2', '-o', probe, source]).status === 0;
    return use(
      COMPILERS.some(compiles) ? () => once(probe) : `none of ${COMPILERS.join(', ')} compiles here`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function once(probe: string): Record<Case, number> {
  const lines = execFileSync(probe, { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map(line => line.split(' ') as [Case, string]);
  return Object.fromEntries(pairs.map(([name, ns]) => [name, Number(ns)])) as Record<Case, number>;
}
