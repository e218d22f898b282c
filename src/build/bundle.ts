import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { plugins } from './bundle-plugins.ts';
import { lazy } from './chunks.ts';
import { licensesOf } from './licenses.ts';
import { root } from './root.ts';

export interface Bundle {
  /** By absolute path. */
  readonly files: ReadonlyMap<string, string>;
  readonly metafile: Metafile;
}

/** Parts of the program that have a chunk of their own, since much of it does without them. */
const APART = [
  'src/machines/linux/linux.ts',
  'src/machines/linux/guest.ts',
  'src/machines/xen/xen.ts',
  'src/machines/xen/guest.ts',
  'src/machines/hurd/hurd.ts',
  'src/machines/hurd/mach/mach.ts',
  'src/levels/library.ts',
  'src/levels/proved.ts',
  'src/levels/schema.ts',
  'src/levels/yaml.ts',
];

/** Bundles `cli.tsx` in memory: one file to start, and chunks, each of which is loaded when it is first used. */
export async function bundle(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [PROGRAM, ...APART],
    outdir: 'dist/chunks',
    outExtension: { '.js': '.cjs' },
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    write: false,
    metafile: true,
    logLevel: 'warning',
    plugins,
    // The same package as ES modules, of which only what is used is taken.
    alias: { yaml: path.join(root, 'node_modules/yaml/browser/index.js') },
    define: {
      'process.env.NODE_ENV': '"production"',
      // yoga-layout has a way that loads its WebAssembly by Node's whole HTTP client.
      fetch: 'undefined',
    },
  });
  const program = Object.keys(metafile.outputs).find(name => metafile.outputs[name]!.entryPoint === PROGRAM)!;
  const start = `#!/usr/bin/env node\nrequire('./chunks/${path.basename(program)}');\n`;
  const chunks = outputFiles.map(async ({ path: file, text }) => [file, await lazy(text)] as const);
  return { files: new Map([...(await Promise.all(chunks)), [dist('cowhand.cjs'), start]]), metafile };
}

const PROGRAM = 'src/cli.tsx';
const dist = (...names: string[]): string => path.join(root, 'dist', ...names);

/** Writes so that whoever reads the file at the same time sees the old or the new text, never half of one. */
async function write(file: string, contents: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, contents);
  await rename(aside, file);
}

/** Builds `dist/`: the program, its chunks, and the licences of the packages in them. */
export async function writeDist(): Promise<void> {
  const { files, metafile } = await bundle();
  await mkdir(dist('chunks'), { recursive: true });
  // What starts the rest comes last.
  for (const [file, text] of files) await write(file, text);
  await chmod(dist('cowhand.cjs'), 0o755);
  await write(dist('LICENSES.txt'), await licensesOf(Object.keys(metafile.inputs)));
  const old = (await readdir(dist('chunks'))).filter(name => !files.has(dist('chunks', name)));
  await Promise.all(old.map(name => rm(dist('chunks', name), { force: true })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeDist();
