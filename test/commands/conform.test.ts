import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { conform } from '../../src/commands/conform.ts';
import { realIo } from '../../src/commands/io.ts';
import { printProgram } from '../../src/language/print.ts';
import { programOf } from '../../src/machines/linux/recording/format.ts';
import { folder, recorded } from '../conformance/data.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'cowhand-conform-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

async function run(...args: string[]) {
  let stdout = '';
  const io = {
    ...realIo(),
    cwd,
    stdout: { write: (text: string) => (stdout += text) },
  };
  const code = await conform(args, io);
  return { code, stdout };
}

const write = (name: string, text: string) => writeFileSync(path.join(cwd, name), text);
const original = readFileSync(path.join(folder, 'named/cow_parent_writes.json'), 'utf8');
const withUnknown = original.replace('"p1 read 0"', '"p1 cpu 9"');
const withOtherValue = original.replace('"v":[17]', '"v":[18]');

describe('replay', () => {
  test('a folder is walked, and all that is in it agrees', async () => {
    cpSync(folder, path.join(cwd, 'data'), { recursive: true });
    const { code, stdout } = await run('data', '--json');
    const operationsOf = (programs: typeof recorded) =>
      programs.reduce((sum, { recording }) => sum + recording.ops.length, 0);
    const operations = operationsOf(recorded);
    const undrained = recorded.filter(({ recording }) => !recording.drained);
    const either = operationsOf(undrained);
    expect(JSON.parse(stdout)).toEqual({
      programs: recorded.length,
      operations,
      agreeing: operations,
      unknown: 0,
      either: { programs: undrained.length, operations: either, agreeing: either },
      differences: [],
    });
    expect(code).toBe(0);
  });

  test('counts by kind of operation and by outcome', async () => {
    write('a.json', original);
    const { code, stdout } = await run('a.json');
    expect(code).toBe(0);
    expect(stdout).toBe(`operation   agreeing  differing    unknown
exit               1          0          0
fork               1          0          0
map                1          0          0
read               2          0          0
write              3          0          0

outcome                agreeing  differing    unknown
anon frame allocated          1          0          0
copied                        1          0          0
no fault                      3          0          0

programs: 1; operations: 8, of which 8 agree, 0 differ, 0 are unknown
`);
  });

  test('a difference is named with file, program, step, operation, expected and got', async () => {
    write('a.json', withOtherValue);
    const { code, stdout } = await run('a.json', '--json');
    expect(code).toBe(1);
    const difference = {
      file: 'a.json',
      program: 'cow_parent_writes',
      step: 4,
      operation: 'p1 read 0',
      what: 'v',
      expected: [18],
      got: [17],
    };
    expect(JSON.parse(stdout)).toMatchObject({ agreeing: 7, unknown: 0, differences: [difference] });
    expect((await run('a.json')).stdout).toContain(
      "a.json: cow_parent_writes, step 4: 'p1 read 0': v: expected [18], got [17]\n",
    );
  });

  test('what the machine does not know is unknown, and so is what follows', async () => {
    write('a.json', withUnknown);
    const { code, stdout } = await run('a.json', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ operations: 8, agreeing: 4, unknown: 4, differences: [] });
    expect((await run('a.json')).stdout).toContain(
      "a.json: cow_parent_writes, step 4: 'p1 cpu 9' is unknown; so are the 3 after it\n",
    );
  });

  test('several files, one object a line', async () => {
    write('a.json', withOtherValue);
    write('b.jsonl', `${[original, withUnknown].map(text => JSON.stringify(JSON.parse(text))).join('\n')}\n`);
    const { stdout } = await run('a.json', 'b.jsonl', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ programs: 3, operations: 24, agreeing: 19, unknown: 4 });
  });

  test.each([
    [[], 'conform needs recordings: FILE or DIR'],
    [['nowhere.json'], "there is no file or folder 'nowhere.json'"],
    [['.'], "'.' is no recording; expected *.json or *.jsonl"],
    [['program.txt'], "'program.txt' is no recording; expected *.json or *.jsonl"],
    [['damaged.jsonl'], 'damaged.jsonl:2:1: this is no JSON; expected a value'],
    [['--swap', 'file', 'a.json'], '--swap goes with --record'],
    [['--what'], "Unknown option '--what'"],
  ])('%j is refused', async (args, message) => {
    write('program.txt', 'p0 exit\n');
    if (args.includes('damaged.jsonl'))
      write('damaged.jsonl', `${JSON.stringify(JSON.parse(original))}\n#\n`);
    await expect(run(...args)).rejects.toThrow(message);
  });
});

describe('--record', () => {
  test('prints what the kernel printed', async () => {
    for (const { file, recording } of recorded.filter(({ recording }) => recording.drained)) {
      const { swap, ...operations } = programOf(recording, file);
      write('program.txt', printProgram(operations));
      const { code, stdout } = await run('--record', 'program.txt', '--swap', swap ?? 'none');
      expect(code).toBe(0);
      expect(stdout).toBe(recording.ops.map(line => `${JSON.stringify(line)}\n`).join(''));
    }
  });

  test('a readable program comes out in the recorder’s form', async () => {
    write('program.txt', '# a story\nsh: map heap 2 rw- anon\nsh: fork kid\n\nkid: write heap+1 3\n');
    const { stdout } = await run('--record', 'program.txt');
    expect(
      stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toMatchObject([
      { i: 0, op: 'p0 map 0 2 rw- anon' },
      { i: 1, op: 'p0 fork p1', vma: { p1: [[0, 2, 'rw-p', 'anon']] } },
      { i: 2, op: 'p1 write 1 3', flt: [['p1', 1, 0, 'u']], pte: { p1: { 1: 'f0' } } },
    ]);
  });

  test.each([
    ['memory 2\nwp off\np0 exit\n', [], "program.txt:2:1: the machine has no 'wp'"],
    ['p0 map 0 1 rw- anon\n\n  p0 cpu 9\n', [], "program.txt:3:3: this machine does not know 'p0 cpu 9'"],
    ['p0 map 0 1 rw- anon\np0 wirte 0 1\n', [], "program.txt:2:4: no operation 'wirte'"],
    ['p0 exit\n', ['--swap', 'disk'], "there is no swap 'disk'; expected none, file, zram"],
    ['p0 exit\n', ['--json'], '--record takes one program'],
    ['p0 exit\n', ['a.json'], '--record takes one program'],
  ])('%j with %j is refused, and nothing printed', async (text, args, message) => {
    write('program.txt', text);
    await expect(run('--record', 'program.txt', ...args)).rejects.toThrow(message);
  });

  test('a program that cannot be read', async () => {
    await expect(run('--record', 'nowhere.txt')).rejects.toThrow("cannot read 'nowhere.txt': ENOENT");
  });
});
