import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './root.ts';

/**
 * `npm run test:nodes [-- VERSION ...]`: the tests that start the built game, under each Node that is supported. The
 * package registry has Nodes as a package; they are fetched on first use. Exit 1 if a test failed on any of them.
 */
const versions = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['20', '22', '24'];

/** Runs npm's own shell with that Node first on the path. */
function under(version: string, command: string): number {
  const { status } = spawnSync('npx', ['-y', '-p', `node@${version}`, '-c', command], {
    cwd: root,
    stdio: 'inherit',
  });
  return status ?? 1;
}

const failed = versions.filter(version => {
  console.log(`\n== Node ${version}`);
  const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
  return under(version, `node --version && node ${vitest} run --project built`) !== 0;
});
console.log(
  failed.length === 0 ? `all passed on Node ${versions.join(', ')}` : `failed on Node ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
