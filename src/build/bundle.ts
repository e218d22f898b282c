import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildResult, build, type Plugin } from 'esbuild';
import { licensesOf } from './licenses.ts';
import { root } from './root.ts';

/** Ink's bridge to React's developer tools needs a package that we do not have. */
const withoutDevtools: Plugin = {
  name: 'without-devtools',
  setup(build) {
    build.onLoad({ filter: /[\\/]ink[\\/]build[\\/]devtools\.js$/ }, () => ({ contents: 'export {}' }));
  },
};

/** Bundles `cli.tsx` in memory: one file to start, and a chunk for what each command loads besides. */
export const bundle = (): Promise<BuildResult<{ write: false; metafile: true }>> =>
  build({
    absWorkingDir: root,
    entryPoints: [{ in: 'src/cli.tsx', out: 'cowhand' }],
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
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
    plugins: [withoutDevtools],
    // CommonJS packages call `require` for Node's own modules.
    banner: {
      js: "import{createRequire as cowhandRequire}from'node:module';const require=cowhandRequire(import.meta.url);",
    },
    define: {
      'process.env.NODE_ENV': '"production"',
      // yoga-layout then decodes its WebAssembly itself, which saves loading Node's whole HTTP client.
      fetch: 'undefined',
    },
  });

/** Writes so that whoever reads the file at the same time sees the old or the new text, never half of one. */
async function write(file: string, contents: string | Uint8Array): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, contents);
  await rename(aside, file);
}

/** Builds `dist/`: the program, its chunks, and the licences of the packages in them. */
export async function writeDist(): Promise<void> {
  const { outputFiles, metafile } = await bundle();
  const dist = path.join(root, 'dist');
  const program = path.join(dist, 'cowhand.mjs');
  await mkdir(path.join(dist, 'chunks'), { recursive: true });

  const chunks = outputFiles.filter(file => file.path !== program);
  await Promise.all(chunks.map(file => write(file.path, file.contents)));
  for (const file of outputFiles.filter(file => file.path === program)) await write(program, file.contents);
  await chmod(program, 0o755);
  await write(path.join(dist, 'LICENSES.txt'), await licensesOf(Object.keys(metafile.inputs)));

  const wanted = new Set(chunks.map(file => path.basename(file.path)));
  const old = (await readdir(path.join(dist, 'chunks'))).filter(name => !wanted.has(name));
  await Promise.all(old.map(name => rm(path.join(dist, 'chunks', name), { force: true })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeDist();
