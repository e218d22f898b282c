import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { print } from '../../src/commands/io.ts';

let folder: string;
let fifo: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cowhand-io-'));
  fifo = path.join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A pipe that does not wait for its reader: it says that it is full. Opened for both, so that opening needs none. */
const open = (how = constants.O_RDWR): number => openSync(fifo, how | constants.O_NONBLOCK);
const fail = (): never => expect.unreachable();

test('a reader that is slow, on a pipe that does not wait, gets all that is printed', async () => {
  const pipe = open();
  // Far more than a pipe holds.
  const text = 'a line of text\n'.repeat(20_000);
  const file = path.join(folder, 'read');
  const reader = spawn('sh', ['-c', `sleep 0.1; head -c ${text.length} '${fifo}' > '${file}'`]);
  const read = new Promise(resolve => reader.on('close', resolve));
  print(pipe, text, fail);
  closeSync(pipe);
  await read;
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('where nobody reads any more, that is said and nothing thrown', () => {
  const reader = open(constants.O_RDONLY);
  const pipe = open(constants.O_WRONLY);
  closeSync(reader);
  let gone = 0;
  print(pipe, 'text', () => gone++);
  closeSync(pipe);
  expect(gone).toBe(1);
});

test('what could be a code for the terminal is made printable', async () => {
  const pipe = open();
  const reader = spawn('head', ['-n', '1', fifo]);
  const read = new Promise(resolve => reader.stdout.on('data', resolve));
  print(pipe, '\x1b[2Jä\n', fail);
  expect(String(await read)).not.toContain('\x1b');
  closeSync(pipe);
});
