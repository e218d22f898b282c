import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { root } from '../../src/build/root.ts';

/** The package, as `npm pack` makes it of what is built, installed in a folder with nothing else. */
export interface Installed {
  /** Its command. */
  readonly command: string;
  /** What it holds, as paths in it. */
  readonly files: readonly string[];
  /** How much it takes unpacked, in bytes. */
  readonly size: number;
}

/** @param folder an empty one */
export function installIn(folder: string): Installed {
  const [packed] = JSON.parse(npm(folder, root, 'pack', '--json', '--pack-destination', folder));
  npm(folder, folder, 'install', '--no-save', path.join(folder, packed.filename));
  return {
    command: path.join(folder, 'node_modules', '.bin', 'cowhand'),
    files: packed.files.map((file: { path: string }) => file.path),
    size: packed.unpackedSize,
  };
}

/** npm without the network, and without the variables of an npm that runs this. */
function npm(folder: string, cwd: string, ...args: string[]): string {
  const env = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const cache = path.join(folder, 'cache');
  return execFileSync('npm', [...args, '--offline', '--ignore-scripts', '--cache', cache], {
    cwd,
    encoding: 'utf8',
    env: Object.fromEntries(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
