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

/**
 * Compiles the chunks that commands without a screen use, so that no start need do it again. What comes of it holds
 * for this version of Node on this processor; V8 refuses it where it was given other flags.
 * @param program `cowhand.cjs`, with its archive beside it
 * @param write is given the file to put beside it, anew after each command: the next adds to it what it compiles
 */
export async function compileAhead(program: string, write: (bytes: Buffer) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-build-'));
  try {
    const recorder = path.join(folder, 'recorder.cjs');
    const recorded = path.join(folder, 'recorded');
    writeFileSync(recorder, RECORDER);
    mkdirSync(recorded);
    for (const args of COMMANDS) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['--require', recorder, program, ...args],
        {
          cwd: folder,
          env: { HOME: folder, RECORDED: recorded },
        },
      );
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
      writeFileSync(path.join(folder, PLAYED), stdout);
      await write(readyFile(recorded));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How long the index is, the index, and all chunks, of each first the code. */
function readyFile(recorded: string): Buffer {
  const places: Record<string, readonly [start: number, code: number, text: number]> = {};
  const parts: Buffer[] = [];
  let start = 0;
  const names = readdirSync(recorded).filter(name => name.endsWith('.text'));
  for (const name of names.map(name => name.slice(0, -'.text'.length)).sort()) {
    const code = readFileSync(path.join(recorded, `${name}.code`));
    const text = readFileSync(path.join(recorded, `${name}.text`));
    places[`./${name}`] = [start, code.length, text.length];
    parts.push(code, text);
    start += code.length + text.length;
  }
  const index = Buffer.from(JSON.stringify(places));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(index.length);
  return Buffer.concat([size, index, ...parts]);
}
