import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Input, Keyboard, keysIn } from '../../../src/ui/terminal/keyboard.ts';

const keys = fc.constantFrom(
  'a',
  'é',
  'q',
  '5',
  '\r',
  '\x7f',
  '\t',
  'デ',
  '🙂',
  '\x1b[A',
  '\x1b[1;5C',
  '\x1bOB',
  '\x1b[5~',
  '\x1b[[A',
);

class Wire extends EventEmitter implements Input {
  raw = false;
  paused = true;
  setRawMode = (raw: boolean): void => {
    this.raw = raw;
  };
  setEncoding(): void {}
  resume(): void {
    this.paused = false;
  }
  pause(): void {
    this.paused = true;
  }
}

/** A keyboard whose reader takes the key when it is told of one, as Ink does. */
function listening() {
  const wire = new Wire();
  const read: string[] = [];
  let interrupts = 0;
  const keyboard = new Keyboard(wire, () => interrupts++);
  keyboard.open();
  keyboard.on('readable', () => {
    for (let key = keyboard.read(); key !== null; key = keyboard.read()) read.push(key);
  });
  return { wire, keyboard, read, interrupts: () => interrupts };
}

describe('what a terminal sends', () => {
  test('is split into keys, however it is cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 20 }), fc.array(fc.nat(60)), (typed, cuts) => {
        const text = typed.join('');
        // A character is never sent in halves: the stream decodes it first.
        const places = [...new Set(cuts)]
          .filter(at => at < text.length && !/[\udc00-\udfff]/.test(text[at]!))
          .sort((a, b) => a - b);
        const pieces = [0, ...places].map((at, i) => text.slice(at, places[i] ?? text.length));
        const read: string[] = [];
        let rest = '';
        for (const piece of pieces) {
          const split = keysIn(rest + piece);
          read.push(...split.keys);
          rest = split.rest;
        }
        expect([...read, ...(rest === '' ? [] : [rest])].join('')).toBe(text);
        expect(read).toEqual(typed);
      }),
    );
  });

  test.each([
    ['\x1b', [], '\x1b'],
    ['\x1b[', [], '\x1b['],
    ['\x1b[1;', [], '\x1b[1;'],
    ['\x1bq', ['\x1b', 'q'], ''],
    ['\x1b\x1b[A', ['\x1b', '\x1b[A'], ''],
    ['jjj\r', ['j', 'j', 'j', '\r'], ''],
    ['e\u0301', ['e\u0301'], ''],
    ['1\n', ['1', '\r'], ''],
    ['\r\n\n', ['\r', '\r'], ''],
  ])('%j is %j and then %j', (text, split, rest) => {
    expect(keysIn(text)).toEqual({ keys: split, rest });
  });
});

describe('the keyboard', () => {
  test('gives a key only when all that was set off before it has run', async () => {
    const { wire, keyboard, read } = listening();
    const order: string[] = [];
    keyboard.on('readable', () => {
      order.push('key');
      setImmediate(() => setImmediate(() => order.push('effect of an effect')));
    });
    setImmediate(() => setImmediate(() => order.push('effect before')));
    wire.emit('data', 'ab\x1b[A');
    expect(read).toEqual([]);
    wire.emit('data', 'c');
    await expect.poll(() => read).toEqual(['a', 'b', '\x1b[A', 'c']);
    await expect
      .poll(() => order)
      .toEqual(['effect before', ...Array(4).fill(['key', 'effect of an effect']).flat()]);
  });

  test('keeps what comes before anyone listens', async () => {
    const wire = new Wire();
    const keyboard = new Keyboard(wire, () => undefined);
    keyboard.open();
    wire.emit('data', 'x');
    const read: (string | null)[] = [];
    keyboard.on('readable', () => read.push(keyboard.read()));
    keyboard.setRawMode();
    await expect.poll(() => read).toEqual(['x']);
  });

  test('tells of Ctrl-C at once, though a key is still being drawn', () => {
    const { wire, interrupts } = listening();
    wire.emit('data', 'ab');
    wire.emit('data', 'c\x03');
    expect(interrupts()).toBe(1);
  });

  test('an escape whose rest does not come is Esc', async () => {
    const { wire, keyboard, read } = listening();
    wire.emit('data', '\x1b');
    expect(read).toEqual([]);
    await new Promise(resolve => keyboard.once('readable', resolve));
    expect(read).toEqual(['\x1b']);
  });

  test('an escape whose rest comes later is the key', async () => {
    const { wire, read } = listening();
    wire.emit('data', '\x1b');
    wire.emit('data', '[B');
    await expect.poll(() => read).toEqual(['\x1b[B']);
  });

  test('has the terminal in raw mode only while it is open', () => {
    const { wire, keyboard } = listening();
    expect([wire.raw, wire.paused]).toEqual([true, false]);
    keyboard.close();
    expect([wire.raw, wire.paused, wire.listenerCount('data')]).toEqual([false, true, 0]);
  });
});
