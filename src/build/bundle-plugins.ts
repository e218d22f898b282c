import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { root } from './root.ts';

const INFLATE = "import { inflateRawSync } from 'node:zlib';\n";
/** The expression that makes these bytes out of packed ones; the module must begin with INFLATE. */
const unpacked = (bytes: Buffer): string =>
  `inflateRawSync(Buffer.from('${deflateRawSync(bytes, { level: 9 }).toString('base64')}','base64'))`;

/** Gives the files of a package that match `filter` other contents. */
const replacing = (name: string, filter: RegExp, contents: (text: string) => string): Plugin => ({
  name,
  setup(build) {
    build.onLoad({ filter }, async ({ path: file }) => ({
      contents: contents(await readFile(file, 'utf8')),
      loader: 'js',
    }));
  },
});

/** Ink's bridge to React's developer tools needs a package that we do not have; without it, Ink waits for nothing. */
const withoutDevtools = replacing('without-devtools', /[\\/]ink[\\/]build[\\/]reconciler\.js$/, text =>
  text.replace("await import('./devtools.js')", '').replace('await loadPackageJson()', '{}'),
);

/** conf checks against a schema only where it is given one, and it is given none. */
const withoutSchemas = replacing(
  'without-schemas',
  /[\\/](ajv|ajv-formats)[\\/]dist[\\/](2020|index)\.js$/,
  () => 'export default {}; export const Ajv2020 = undefined;',
);

/** conf compares versions only to migrate settings, and is given no migrations. */
const withoutVersions = replacing(
  'without-versions',
  /[\\/]semver[\\/]index\.js$/,
  () => 'export default {};',
);

/** zod brings its messages in fifty languages. */
const oneLanguage = replacing(
  'one-language',
  /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/,
  () => "export { default as en } from './en.js'",
);

const YOGA_CODE = /[\\/]yoga-wasm-base64-esm\.js$/;
const YOGA_BYTES = /"data:application\/octet-stream;base64,([A-Za-z0-9+/=]{1000,})"/;

/** yoga-layout holds its WebAssembly as text and waits for it; here it is packed, and there at once. */
const readyYoga: Plugin = {
  name: 'ready-yoga',
  setup(build) {
    build.onLoad({ filter: YOGA_CODE }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(YOGA_BYTES, '""'),
      loader: 'js',
    }));
    build.onLoad({ filter: /[\\/]yoga-layout[\\/]dist[\\/]src[\\/]index\.js$/ }, async ({ path: file }) => {
      const code = path.join(path.dirname(file), '../binaries/yoga-wasm-base64-esm.js');
      const bytes = Buffer.from(YOGA_BYTES.exec(await readFile(code, 'utf8'))![1]!, 'base64');
      return {
        contents: `${INFLATE}
          import loadYoga from '../binaries/yoga-wasm-base64-esm.js';
          import wrapAssembly from './wrapAssembly.js';
          const yoga = {
            instantiateWasm(imports, done) {
              const instance = new WebAssembly.Instance(new WebAssembly.Module(${unpacked(bytes)}), imports);
              done(instance);
              return instance.exports;
            },
          };
          loadYoga(yoga);
          export default wrapAssembly(yoga);
          export * from './generated/YGEnums.js';`,
        loader: 'js',
      };
    });
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

/** Lets Ink put a frame together from whole lines wherever that comes to the same. */
const fastFrames = replacing(
  'fast-frames',
  /[\\/]ink[\\/]build[\\/]output\.js$/,
  text => `import { compose } from ${JSON.stringify(path.join(root, 'src/ui/terminal/compose.ts'))};
    ${text.replace(
      '    get() {\n',
      `    get() {
        const composed = compose(this.operations, this.height);
        if (composed !== undefined) return { output: composed, height: this.height };
`,
    )}`,
);

/** Texts are read from the package's own `assets/`, and what is generated from the levels from among the chunks. */
const dataApart: Plugin = {
  name: 'data-apart',
  setup(build) {
    build.onResolve({ filter: /[\\/](assets|levels)[\\/].*\.json$/ }, ({ path: specifier, resolveDir }) => {
      const below = path.relative(root, path.resolve(resolveDir, specifier)).split(path.sep).join('/');
      return { path: `../../${below}`, external: true };
    });
  },
};

export const plugins: Plugin[] = [
  withoutDevtools,
  withoutSchemas,
  withoutVersions,
  oneLanguage,
  readyYoga,
  fastWidths,
  fastFrames,
  dataApart,
];
