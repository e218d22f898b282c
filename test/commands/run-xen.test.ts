import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { realIo } from '../../src/commands/io.ts';
import { run } from '../../src/commands/run.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'cowhand-run-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

async function running(args: readonly string[], program: string): Promise<string> {
  let stdout = '';
  const io = {
    ...realIo(),
    cwd,
    stdout: { write: (text: string) => (stdout += text) } as unknown as NodeJS.WriteStream,
  };
  writeFileSync(path.join(cwd, 'program.txt'), program);
  expect(await run(['--system', 'xen', ...args], io)).toBe(0);
  return stdout;
}

describe('run --system xen', () => {
  test('says how Xen decides, by which rule, and what became of the counts', async () => {
    const said = await running(
      ['program.txt'],
      'xen: domain alice pv64 6\nalice: update f4[0]=f5:r-\nalice: uwrite @0.0 9\nalice: update f3[2]=f4:rw\n',
    );
    expect(said).toContain('Decision forward');
    expect(said).toContain('Xen never copies, it forwards the fault');
    expect(said).toContain('Seen by alice: #PF 7 at @0.0[0].');
    expect(said).toContain('Seen by alice: EBUSY.');
    expect(said).toContain('frame f5: refs 3, was 2.');
  });

  test('runs a program of Linux in a guest, and says what both cost', async () => {
    const program = 'sh: map heap 1 rw- anon\nsh: write heap+0 7\nsh: fork child\nchild: write heap+0 9\n';
    const said = await running(['--guest', 'program.txt'], program);
    expect(said).toContain('Decision emulate');
    expect(said).toContain('sh asks to pin f6 as l2');
    const operations = JSON.parse(await running(['--guest', '--json', 'program.txt'], program));
    expect(operations.at(-1)).toMatchObject({ native: { faults: 1 }, hosted: { faults: 2, emulations: 1 } });
  });

  test('plots what stores to a page table cost', async () => {
    const said = await running(['--plot', '--cpus', '4'], '');
    expect(said).toContain('cheaper than emulating from 4 stores on');
  });

  test.each([
    [['--system', 'xen', '--seed', '1'], '--seed makes programs of Linux'],
    [['--system', 'vms', 'program.txt'], "there is no system 'vms'"],
    [['--system', 'xen', '--plot', '--cpus', '9'], "'9' CPUs; expected 1 to 4"],
    [['--plot'], '--plot compares the ways of Xen'],
    [['--guest', 'program.txt'], '--guest runs a program in a guest of Xen'],
  ])('%j is refused', async (args, message) => {
    await expect(run(args, { ...realIo(), cwd })).rejects.toThrow(message);
  });
});
