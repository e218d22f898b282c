import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { type Archive, archiveOf } from './archive.ts';
import { plugins } from './bundle-plugins.ts';
import { lazy } from './chunks.ts';
import { licensesOf } from './licenses.ts';
import { compileAhead } from './ready.ts';
import { readyName } from './ready-file.ts';
import { root } from './root.ts';

export interface Bundle {
  readonly archive: Archive;
  readonly metafile: Metafile;
}

/** Of these only those who really use them have anything; many name them. */
const ALONE = [
  'src/judge/race.ts',
  'src/judge/schedule.ts',
  'src/levels/race.ts',
  'src/machines/boot/boot.ts',
  'src/machines/hosted.ts',
  'src/machines/together.ts',
  'src/machines/linux/mutations.ts',
  'src/machines/linux/housekeeping-mutations.ts',
  'src/machines/linux/races/race-mutations.ts',
  'src/study/makers/hurd.ts',
  'src/study/makers/xen.ts',
];

/** Parts of the program that have a chunk of their own, since much of it does without them. */
const APART = [
  'node_modules/string-width/index.js',
  'src/machines/linux/linux.ts',
  'src/machines/linux/step.ts',
  'src/machines/linux/view/view.ts',
  'src/machines/linux/judged.ts',
  ...ALONE,
  'src/machines/linux/guest.ts',
  'src/machines/xen/xen.ts',
  'src/machines/xen/guest.ts',
  'src/machines/hurd/hurd.ts',
  'src/machines/hurd/mach/mach.ts',
  'src/levels/catalogue.ts',
  'src/levels/library.ts',
  'src/levels/proved.ts',
  'src/levels/schema.ts',
  'src/levels/yaml.ts',
];

/** Bundles `cli.tsx` in memory, in chunks, each of which is loaded when it is first used. */
export async function bundle(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries([PROGRAM, ...APART].map(file => [chunkOf(file), file])),
    outdir: 'dist/chunks',
    outExtension: { '.js': '.cjs' },
    entryNames: '[name]',
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
    plugins: [...plugins, alone],
    // The same package as ES modules, of which only what is used is taken.
    alias: { yaml: path.join(root, 'node_modules/yaml/browser/index.js') },
    define: {
      'process.env.NODE_ENV': '"production"',
      // yoga-layout has a way that loads its WebAssembly by Node's whole HTTP client.
      fetch: 'undefined',
    },
  });
  const program = Object.keys(metafile.outputs).find(name => metafile.outputs[name]!.entryPoint === PROGRAM)!;
  const chunks = outputFiles.map(async ({ path: file, text }) => [nameOf(file), await lazy(text)] as const);
  const data = DATA.map(async file => {
    const text = await readFile(path.join(root, file), 'utf8');
    return [`../../${file}`, JSON.stringify(JSON.parse(text))] as const;
  });
  const all = new Map([...(await Promise.all(chunks)), ...(await Promise.all(data))]);
  return { archive: await archiveOf(all, nameOf(program)), metafile };
}

const PROGRAM = 'src/cli.tsx';
const DATA = ['levels', 'bodies', 'chapters', 'proofs'].map(name => `levels/${name}.generated.json`);

/** What the chunk is called that begins with a file: 'src/levels/yaml.ts' is 'src-levels-yaml'. */
const chunkOf = (file: string): string => file.replace(/\.\w+$/, '').replaceAll('/', '-');

/** Keeps what nobody else needs out of the chunks of those who name it. */
const alone: Plugin = {
  name: 'alone',
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ path: specifier, resolveDir, kind }) => {
      const file = path.relative(root, path.resolve(resolveDir, specifier)).split(path.sep).join('/');
      return kind !== 'entry-point' && ALONE.includes(file)
        ? { path: `./${chunkOf(file)}.cjs`, external: true }
        : undefined;
    });
  },
};

/** As another chunk asks for a chunk. */
const nameOf = (file: string): string => `./${path.basename(file)}`;
const dist = (...names: string[]): string => path.join(root, 'dist', ...names);

/** Writes so that whoever reads the file at the same time sees the old or the new one, never half of one. */
async function write(file: string, contents: string | Buffer, mode = 0o644): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, contents, { mode });
  await rename(aside, file);
}

/** Builds `dist/`: the program, its chunks, and the licences of the packages in them. */
export async function writeDist(): Promise<void> {
  const { archive, metafile } = await bundle();
  await mkdir(dist(), { recursive: true });
  await write(dist(archive.name), archive.bytes);
  await write(dist('LICENSES.txt'), await licensesOf(Object.keys(metafile.inputs)));
  // What starts the rest comes last.
  await write(dist('cowhand.cjs'), archive.program, 0o755);
  const ready = readyName(archive.name);
  await write(dist(ready), compileAhead(archive));
  const now = [archive.name, ready, 'cowhand.cjs', 'LICENSES.txt'];
  // What another build writes just now stays.
  const old = (await readdir(dist())).filter(name => !now.includes(name) && !/\.\d+$/.test(name));
  await Promise.all(old.map(name => rm(dist(name), { recursive: true, force: true })));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeDist();
