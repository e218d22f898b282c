import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './root.ts';

/** Where the answer of a command is kept for the next. */
const PLAYED = 'played.json';

/** Commands without a screen, on something that is soon done. */
const COMMANDS: readonly (readonly string[])[] = [
  ['run', '--seed', '1'],
  ['levels'],
  ['check', path.join(root, 'levels/linux/trap/first-ring.yaml')],
  ['worksheet', '--seed', '1', '--count', '2', '--system', 'linux'],
  ['play', 'first-ring', '--decide', 'zeroed', '--decide', 'refuse-unmapped', '--json'],
  ['grade', PLAYED],
];

/**
 * Stands before the program (`node --require`) and keeps what V8 has made of each chunk by the end: what was called is
 * compiled, the rest is not.
 */
const RECORDER = `
  const vm = require('node:vm');
  const { writeFileSync } = require('node:fs');
  const path = require('node:path');
  const scripts = [];
  vm.Script = class extends vm.Script {
    constructor(text, options) {
      super(text, options);
      scripts.push([path.join(process.env.RECORDED, path.basename(options.filename)), text, this]);
    }
  };
  process.on('exit', () => {
    for (const [file, text, script] of scripts) {
      writeFileSync(file + '.text', text, 'latin1');
      writeFileSync(file + '.code', script.createCachedData());
    }
  });
`;

interface Ready {
  readonly code: Buffer;
  readonly text: Buffer;
}

/**
 * Compiles the chunks that commands without a screen use, so that no start need do it again. What comes of it holds
 * for this version of Node on this processor; V8 refuses it where it was given other flags.
 * @param program `cowhand.cjs`, with its archive beside it
 * @param data chunks that are JSON, by name: they lie there unpacked
 * @param write is given the file to put beside it, anew after each command: the next adds to it what it compiles
 */
export async function compileAhead(
  program: string,
  data: Iterable<readonly [name: string, text: string]>,
  write: (bytes: Buffer) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-build-'));
  const all = new Map<string, Ready>();
  for (const [name, text] of data) all.set(name, { code: Buffer.alloc(0), text: Buffer.from(text) });
  try {
    const recorder = path.join(folder, 'recorder.cjs');
    const recorded = path.join(folder, 'recorded');
    writeFileSync(recorder, RECORDER);
    mkdirSync(recorded);
    for (const args of COMMANDS) {
      const node = ['--require', recorder, program, ...args];
      const env = { HOME: folder, RECORDED: recorded };
      const { status, stdout, stderr } = spawnSync(process.execPath, node, { cwd: folder, env });
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
      writeFileSync(path.join(folder, PLAYED), stdout);
      for (const [name, chunk] of chunksIn(recorded)) all.set(name, chunk);
      await write(fileOf(all));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function* chunksIn(recorded: string): Generator<readonly [name: string, chunk: Ready]> {
  const read = (name: string): Buffer => readFileSync(path.join(recorded, name));
  for (const file of readdirSync(recorded).sort()) {
    const { name, ext } = path.parse(file);
    if (ext === '.text') yield [`./${name}`, { text: read(file), code: read(`${name}.code`) }];
  }
}

/** How long the index is, the index, and all chunks, of each first the code. */
function fileOf(chunks: ReadonlyMap<string, Ready>): Buffer {
  const places: Record<string, readonly [start: number, code: number, text: number]> = {};
  let start = 0;
  for (const [name, { code, text }] of chunks) {
    places[name] = [start, code.length, text.length];
    start += code.length + text.length;
  }
  const index = Buffer.from(JSON.stringify(places));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(index.length);
  return Buffer.concat([size, index, ...[...chunks.values()].flatMap(({ code, text }) => [code, text])]);
}
