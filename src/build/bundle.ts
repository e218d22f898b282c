import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';
import { licensesOf } from './licenses.ts';
import { root } from './root.ts';

const INFLATE = "import { inflateRawSync } from 'node:zlib';\n";
/** The expression that makes these bytes out of packed ones; the module must begin with INFLATE. */
const unpacked = (bytes: Buffer): string =>
  `inflateRawSync(Buffer.from('${deflateRawSync(bytes, { level: 9 }).toString('base64')}','base64'))`;

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

/** conf compares versions only to migrate settings, and is given no migrations. */
const withoutVersions: Plugin = {
  name: 'without-versions',
  setup(build) {
    build.onLoad({ filter: /[\\/]semver[\\/]index\.js$/ }, () => ({ contents: 'export default {};' }));
  },
};

/** yoga-layout holds its WebAssembly as text; packed that is half as much. */
const packedYoga: Plugin = {
  name: 'packed-yoga',
  setup(build) {
    build.onLoad({ filter: /[\\/]yoga-wasm-base64-esm\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      const contents = text.replace(
        /"data:application\/octet-stream;base64,([A-Za-z0-9+/=]{1000,})"/,
        (_, base64: string) =>
          `("data:application/octet-stream;base64,"+${unpacked(Buffer.from(base64, 'base64'))}.toString('base64'))`,
      );
      return { contents: `${INFLATE}${contents}`, loader: 'js' };
    });
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

/** From this size on a JSON file is packed: the smaller ones are not worth a call of zlib. Bytes. */
const WORTH_PACKING = 4096;

/** Levels and texts are most of the bundle; packed they are a sixth of it, and unpacked in a millisecond. */
const packedJson: Plugin = {
  name: 'packed-json',
  setup(build) {
    build.onLoad({ filter: /[\\/](assets|levels)[\\/].*\.json$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      if (text.length < WORTH_PACKING) return { contents: text, loader: 'json' };
      const data = unpacked(Buffer.from(JSON.stringify(JSON.parse(text))));
      return { contents: `${INFLATE}export default JSON.parse(${data}.toString());`, loader: 'js' };
    });
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
    plugins: [
      withoutDevtools,
      withoutSchemas,
      withoutVersions,
      oneLanguage,
      fastWidths,
      packedJson,
      packedYoga,
    ],
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
