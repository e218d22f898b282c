import { EventEmitter } from 'node:events';
import { unstable_IdlePriority as IDLE, unstable_scheduleCallback as whenIdle } from 'scheduler';
import { charactersOf } from '../text.ts';

/** What is needed of the terminal's input. */
export interface Input {
  setRawMode?(raw: boolean): unknown;
  setEncoding(encoding: 'utf8'): unknown;
  ref?(): unknown;
  unref?(): unknown;
  resume(): unknown;
  pause(): unknown;
  on(event: 'data', listener: (chunk: string | Buffer) => void): unknown;
  off(event: 'data', listener: (chunk: string | Buffer) => void): unknown;
}

const ESCAPE = '\x1b';
const INTERRUPT = '\x03';
const ENTER = '\r';
/** How long the rest of an escape sequence may take; on a slow line a key arrives in pieces. Milliseconds. */
const PATIENCE = 40;

/**
 * How often React must have nothing left to do until the screen that a key led to listens: Ink gives an Esc one turn
 * late, React runs the effects of a change apart from it, and an effect may change something once more.
 */
const TURNS = 3;

/** Escape sequences of keys: CSI (also the Linux console's `[[A`) and SS3. */
const SEQUENCE = new RegExp(`^${ESCAPE}(?:\\[\\[?[0-9;:<=>?]*[ -/]*[@-~]|O[0-9;]*[A-Za-z])`);
/** The beginning of one, as far as it has come. */
const PIECE = new RegExp(`^${ESCAPE}(?:\\[\\[?[0-9;:<=>?]*[ -/]*|O[0-9;]*)?$`);

/**
 * Splits what a terminal sent into keys: one character, or one escape sequence. Terminals send what was typed
 * fast, or pasted, in one piece. No key is used with Alt here, so that an escape before a character is Esc. What was
 * typed before the terminal was in raw mode comes with line feeds for Enter.
 * @returns the keys, and the beginning of a sequence whose end is still to come
 */
export function keysIn(text: string): { readonly keys: readonly string[]; readonly rest: string } {
  const keys: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === ESCAPE) {
      const ahead = text.slice(at);
      if (PIECE.test(ahead)) return { keys, rest: ahead };
      const key = SEQUENCE.exec(ahead)?.[0] ?? ESCAPE;
      keys.push(key);
      at += key.length;
      continue;
    }
    const end = text.indexOf(ESCAPE, at);
    const plain = text.slice(at, end < 0 ? undefined : end);
    keys.push(...charactersOf(plain).map(character => (/^\r?\n$/.test(character) ? ENTER : character)));
    at += plain.length;
  }
  return { keys, rest: '' };
}

/**
 * The keyboard that is handed to Ink as its stdin. It gives one key at a time, and the next one only when what the
 * last one led to is listening: no key is lost in a burst, and each meets the screen that it was meant for.
 */
export class Keyboard extends EventEmitter {
  readonly isTTY = true;
  readonly #input: Input;
  readonly #interrupted: () => void;
  readonly #queue: string[] = [];
  #key: string | null = null;
  #busy = false;
  #rest = '';
  #timer: NodeJS.Timeout | undefined;

  /** @param interrupted is told of Ctrl-C at once, whatever the screen is doing */
  constructor(input: Input, interrupted: () => void) {
    super();
    this.#input = input;
    this.#interrupted = interrupted;
  }

  /** Listens, in raw mode. */
  open(): void {
    this.#input.setEncoding('utf8');
    this.#input.setRawMode?.(true);
    this.#input.ref?.();
    this.#input.on('data', this.#received);
    this.#input.resume();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#input.off('data', this.#received);
    this.#input.setRawMode?.(false);
    this.#input.pause();
    this.#input.unref?.();
  }

  /** As Ink reads: the key that is due, once. */
  read(): string | null {
    const key = this.#key;
    this.#key = null;
    return key;
  }

  // Ink prepares its stdin itself; here `open` and `close` do it for the real one.
  setEncoding(): void {}
  setRawMode(): void {
    this.#next();
  }
  ref(): void {}
  unref(): void {}

  readonly #received = (chunk: string | Buffer): void => {
    clearTimeout(this.#timer);
    const { keys, rest } = keysIn(this.#rest + String(chunk));
    this.#rest = rest;
    this.#take(keys);
    if (rest !== '')
      this.#timer = setTimeout(() => {
        this.#rest = '';
        this.#take([ESCAPE, ...charactersOf(rest.slice(1))]);
      }, PATIENCE);
  };

  #take(keys: readonly string[]): void {
    if (keys.includes(INTERRUPT)) {
      this.#interrupted();
      return;
    }
    this.#queue.push(...keys);
    this.#next();
  }

  /** A key comes once the screen has settled: whoever listens to what it shows has begun to listen. */
  #next(): void {
    if (this.#busy || this.#queue.length === 0 || this.listenerCount('readable') === 0) return;
    this.#busy = true;
    this.#settle(TURNS);
  }

  /**
   * How many turns of the event loop React takes for a change is not known: on a loaded machine it leaves off between
   * any two steps. Its scheduler comes to an idle task when there is no other.
   */
  #settle(turns: number): void {
    if (turns > 0) {
      setImmediate(() => whenIdle(IDLE, () => this.#settle(turns - 1)));
      return;
    }
    this.#busy = false;
    if (this.listenerCount('readable') === 0) return;
    this.#key = this.#queue.shift()!;
    this.emit('readable');
    this.#next();
  }
}
