import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { licensesOf } from './licenses.ts';
import { root } from './root.ts';

/** Ink's bridge to React's developer tools needs a package that we do not have. */
const withoutDevtools: Plugin = {
  name: 'without-devtools',
  setup(build) {
    build.onLoad({ filter: /[\\/]ink[\\/]build[\\/]devtools\.js$/ }, () => ({ contents: 'export {}' }));
  },
};

/** conf checks against a schema only where it is given one, and it is given none. */
const withoutSchemas: Plugin = {
  name: 'without-schemas',
  setup(build) {
    build.onLoad({ filter: /[\\/](ajv|ajv-formats)[\\/]dist[\\/](2020|index)\.js$/ }, () => ({
      contents: 'export default {}; export const Ajv2020 = undefined;',
    }));
  },
};

/** zod brings its messages in fifty languages. */
const oneLanguage: Plugin = {
  name: 'one-language',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    }));
  },
};

/** Gives Ink and its helpers our own string-width; that one asks the package of what it does not know itself. */
const fastWidths: Plugin = {
  name: 'fast-widths',
  setup(build) {
    const own = path.join(root, 'src', 'ui', 'terminal', 'string-width.ts');
    build.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      importer.includes('node_modules') ? { path: own } : undefined,
    );
  },
};

/** CommonJS packages call `require` for Node's own modules; it costs time, so only chunks that call it have it. */
const REQUIRE =
  "import{createRequire as cowhandRequire}from'node:module';const require=cowhandRequire(import.meta.url);\n";
const withRequire = (text: string): string => {
  const [bang = ''] = /^#!.*\n/.exec(text) ?? [];
  return /\brequire\b/.test(text) ? `${bang}${REQUIRE}${text.slice(bang.length)}` : text;
};

export interface Bundle {
  /** By absolute path. */
  readonly files: ReadonlyMap<string, string>;
  readonly metafile: Metafile;
}

/** Bundles `cli.tsx` in memory: one file to start, and a chunk for what each command loads besides. */
export async function bundle(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
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
    plugins: [withoutDevtools, withoutSchemas, oneLanguage, fastWidths],
    // The same package as ES modules, of which only what is used is taken.
    alias: { yaml: path.join(root, 'node_modules/yaml/browser/index.js') },
    define: {
      'process.env.NODE_ENV': '"production"',
      // yoga-layout then decodes its WebAssembly itself, which saves loading Node's whole HTTP client.
      fetch: 'undefined',
    },
  });
  return { files: new Map(outputFiles.map(({ path: file, text }) => [file, withRequire(text)])), metafile };
}

/** Writes so that whoever reads the file at the same time sees the old or the new text, never half of one. */
async function write(file: string, contents: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, contents);
  await rename(aside, file);
}

/** Builds `dist/`: the program, its chunks, and the licences of the packages in them. */
export async function writeDist(): Promise<void> {
  const { files, metafile } = await bundle();
  const dist = path.join(root, 'dist');
  const program = path.join(dist, 'cowhand.mjs');
  await mkdir(path.join(dist, 'chunks'), { recursive: true });

  const chunks = [...files].filter(([file]) => file !== program);
  await Promise.all(chunks.map(([file, text]) => write(file, text)));
  await write(program, files.get(program)!);
  await chmod(program, 0o755);
  await write(path.join(dist, 'LICENSES.txt'), await licensesOf(Object.keys(metafile.inputs)));

  const wanted = new Set(chunks.map(([file]) => path.basename(file)));
  const old = (await readdir(path.join(dist, 'chunks'))).filter(name => !wanted.has(name));
  await Promise.all(old.map(name => rm(path.join(dist, 'chunks', name), { force: true })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeDist();
