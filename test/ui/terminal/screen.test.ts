import { EventEmitter } from 'node:events';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Output, Screen } from '../../../src/ui/terminal/screen.ts';

/** A terminal emulator behind an output. */
class Emulated extends EventEmitter implements Output {
  readonly terminal: InstanceType<typeof xterm.Terminal>;
  written: string[] = [];
  #done = Promise.resolve();

  columns: number;
  rows: number;

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  }

  write(text: string): void {
    this.written.push(text);
    this.#done = this.#done.then(() => new Promise<void>(resolve => this.terminal.write(text, resolve)));
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.#done = this.#done.then(() => this.terminal.resize(columns, rows));
    this.emit('resize');
  }

  async shown(): Promise<string[]> {
    await this.#done;
    const { active } = this.terminal.buffer;
    return Array.from(
      { length: this.terminal.rows },
      (_, y) =>
        active
          .getLine(active.viewportY + y)
          ?.translateToString(true)
          .trimEnd() ?? '',
    );
  }
}

/** An empty frame is none: Ink writes empty texts besides. */
const linesOf = fc
  .array(fc.stringMatching(/^[ -~]{0,20}$/), { minLength: 1, maxLength: 10 })
  .filter(lines => lines.join('') !== '' || lines.length > 1);

/** The frames are drawn at most thirty times a second: waits until the last one is. */
async function settled(output: Emulated, lines: readonly string[]): Promise<void> {
  const wanted = lines.slice(0, output.rows).map(line => line.trimEnd());
  await expect
    .poll(async () => (await output.shown()).slice(0, wanted.length), { timeout: 5000, interval: 5 })
    .toEqual(wanted);
  const below = (await output.shown()).slice(wanted.length);
  expect(below.every(line => line === '')).toBe(true);
}

describe('the screen', () => {
  test('shows the last of any frames, in any sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            { weight: 4, arbitrary: linesOf },
            {
              weight: 1,
              arbitrary: fc.record({
                columns: fc.integer({ min: 20, max: 40 }),
                rows: fc.integer({ min: 3, max: 14 }),
              }),
            },
          ),
          { minLength: 1, maxLength: 8 },
        ),
        linesOf,
        async (happened, last) => {
          const output = new Emulated(30, 10);
          const screen = new Screen(output);
          screen.enter();
          for (const each of happened) {
            if (Array.isArray(each)) screen.write(each.join('\n'));
            else output.resize(each.columns, each.rows);
          }
          screen.write(last.join('\n'));
          await settled(output, last);
          screen.leave();
        },
      ),
      { numRuns: 30 },
    );
  });

  test('draws only the lines that changed, each frame in one piece', async () => {
    const output = new Emulated(30, 10);
    const screen = new Screen(output);
    screen.enter();
    screen.write('one\ntwo\nthree');
    await settled(output, ['one', 'two', 'three']);
    output.written = [];
    screen.write('one\n2\nthree');
    await settled(output, ['one', '2', 'three']);
    expect(output.written).toEqual(['\x1b[?2026h\x1b[2;1H\x1b[2K2\x1b[?2026l']);
    screen.leave();
  });

  test('draws nothing after it was left, and everything when it is entered again', async () => {
    const output = new Emulated(30, 10);
    const screen = new Screen(output);
    screen.enter();
    screen.write('one');
    await settled(output, ['one']);
    screen.leave();
    output.written = [];
    screen.write('two');
    expect(output.written).toEqual([]);
    screen.enter();
    await settled(output, ['two']);
    screen.leave();
    await output.shown();
    expect(output.terminal.buffer.active.type).toBe('normal');
    expect(output.listenerCount('resize')).toBe(0);
  });

  test('tells of a new size', () => {
    const output = new Emulated(30, 10);
    const screen = new Screen(output);
    screen.enter();
    let told = 0;
    screen.on('resize', () => told++);
    output.resize(40, 12);
    expect([told, screen.columns, screen.rows]).toEqual([1, 40, 12]);
    screen.leave();
  });
});
