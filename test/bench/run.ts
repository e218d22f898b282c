import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inTime, type Said } from './figures.ts';

/**
 * `npm run bench [-- --json]`: what the model costs, bundled as in play, beside the live kernel that this runs
 * on, and beside its goals. Faults are decided by `best` and carried out by `apply`, invariants off. Rounds of
 * model and kernel alternate, and the least of each counts, for what disturbs a round only adds to it.
 * `--json` prints {name: {ns, kernelNs, ratio}}; the last two are null where there is nothing to compare with.
 */
const PARTS = ['besideTheKernel', 'flatness', 'worlds', 'ofLevels', 'propertyRun'];
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

async function measure(): Promise<Said[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cowhand-bench-'));
  try {
    const outfile = path.join(folder, 'parts.mjs');
    const options = { bundle: true, platform: 'node', format: 'esm' } as const;
    await build({ ...options, entryPoints: [here('parts.ts')], outfile, logLevel: 'error' });
    return PARTS.map(part =>
      JSON.parse(execFileSync(process.execPath, [outfile, part, here('probe.c')], { encoding: 'utf8' })),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(said: readonly Said[]): void {
  const all = said.flatMap(part => Object.entries(part.figures));
  const leftOut = said.find(part => part.leftOut !== undefined)?.leftOut;
  const note = `The comparison with the kernel was left out: ${leftOut}.`;
  if (process.argv.includes('--json')) {
    const plain = all.map(([name, { ns, kernelNs, ratio }]) => [name, { ns, kernelNs, ratio }]);
    console.log(JSON.stringify(Object.fromEntries(plain), null, 2));
    if (leftOut !== undefined) console.error(note);
    return;
  }
  for (const [name, { ns, kernelNs, ratio, goal, met, often }] of all) {
    const rate = often ? `${Math.round(1e9 / ns)} a second` : '';
    const kernel = kernelNs === null ? rate : `kernel ${inTime(kernelNs)}, ratio ${ratio!.toFixed(3)}`;
    const judged = goal === undefined ? '' : `${goal}: ${met ? 'met' : 'MISSED'}`;
    console.log(`${name.padEnd(56)} ${inTime(ns).padStart(9)}  ${kernel.padEnd(30)} ${judged}`.trimEnd());
  }
  if (leftOut !== undefined) console.log(note);
}

print(await measure());
