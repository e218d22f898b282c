import { transform } from 'esbuild';

/**
 * Makes CommonJS of an ES module so that it loads what it imports when it first uses it. What a command does not
 * reach is then never read: another system's machine, its texts, the parser of YAML, Node's own modules.
 * Modules of ours and of the packages in the bundle do nothing when they are loaded that others depend on.
 * @param text as esbuild writes it
 * @returns a CommonJS module
 */
export async function lazy(text: string): Promise<string> {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'moduleUrl' },
    legalComments: 'none',
  });
  const names = new Set([...code.matchAll(EAGER)].map(([, name]) => name!));
  const body = code
    // Chunks know of each other what CommonJS is: they need none of what esbuild does for others.
    .replace('module.exports = __toCommonJS(stdin_exports)', 'module.exports = stdin_exports')
    .replaceAll(/__toESM\((require\("\.\/[^"]*"\))\)/g, '$1')
    .replaceAll(/^require\("\.\/[^"]*"\);\n/gm, '')
    .replaceAll(/\bimport_\w+/g, name => (names.has(name) ? `(${name}())` : name))
    .replaceAll(/^var \((import_\w+)\(\)\) = (.*);$/gm, 'var $1 = once(() => $2);');
  const { code: small } = await transform(
    `${ONCE}${body.includes('moduleUrl') ? URL_OF_MODULE : ''}${body}`,
    {
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      minify: true,
      treeShaking: true,
      legalComments: 'none',
    },
  );
  return small;
}

const EAGER = /^var (import_\w+) = .*;$/gm;

const ONCE = '"use strict"; const once = load => { let loaded; return () => (loaded ??= load()); };';
const URL_OF_MODULE = 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;';
