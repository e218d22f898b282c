import { EventEmitter } from 'node:events';

/** What is needed of the terminal's output. */
export interface Output {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

const MOST_FRAMES_A_SECOND = 30;
const ENTER = '\x1b[?1049h\x1b[?7l\x1b[?25l\x1b[2J';
/**
 * Before it goes back, the cursor goes to the last row, which no frame fills: a Linux console and `screen` have no
 * alternate screen, and the shell would go on in the middle of the picture.
 */
const LEAVE = '\x1b[?7h\x1b[999;1H\x1b[?1049l\x1b[?25h';
const BEGIN_FRAME = '\x1b[?2026h';
const END_FRAME = '\x1b[?2026l';

/**
 * The alternate screen of a terminal, which is handed to Ink as its stdout in debug mode, where Ink writes whole
 * frames: only the lines that changed are drawn, each at its place, and at most 30 times a second. (Ink 6.8's own
 * incrementalRendering goes up one line too few when a frame ends in a newline, and draws over a neighbour.)
 */
export class Screen extends EventEmitter {
  readonly #output: Output;
  #open = false;
  #frame: string | undefined;
  /** What the terminal shows; undefined where that is not known. */
  #shown: readonly string[] | undefined;
  #lastDrawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(output: Output) {
    super();
    this.#output = output;
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  enter(): void {
    if (this.#open) return;
    this.#open = true;
    this.#shown = undefined;
    this.#output.on('resize', this.refresh);
    this.#output.write(ENTER);
    if (this.#frame !== undefined) this.#draw();
  }

  /**
   * Back to what was on the terminal before.
   * @param write for an exit that waits for nothing: writes at once
   */
  leave(write: (text: string) => unknown = text => this.#output.write(text)): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#output.off('resize', this.refresh);
    write(LEAVE);
  }

  /** A whole frame. The empty texts that Ink writes besides are none. */
  write(frame: string): boolean {
    if (frame === '') return true;
    this.#frame = frame;
    if (!this.#open || this.#timer !== undefined) return true;
    const wait = this.#lastDrawn + 1000 / MOST_FRAMES_A_SECOND - performance.now();
    if (wait <= 0) this.#draw();
    else
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#draw();
      }, wait);
    return true;
  }

  #draw(): void {
    const lines = this.#frame!.split('\n').slice(0, this.rows);
    const shown = this.#shown;
    const height = Math.max(lines.length, shown?.length ?? 0);
    const changed = Array.from({ length: height }, (_, i) => i).filter(i => lines[i] !== shown?.[i]);
    this.#shown = lines;
    this.#lastDrawn = performance.now();
    if (changed.length === 0) return;
    const drawn = changed.map(i => `\x1b[${i + 1};1H\x1b[2K${lines[i] ?? ''}`);
    this.#output.write(`${BEGIN_FRAME}${shown === undefined ? '\x1b[2J' : ''}${drawn.join('')}${END_FRAME}`);
  }

  /** Draws everything anew: terminals move and cut lines on their own when their size changes. */
  readonly refresh = (): void => {
    this.#shown = undefined;
    this.emit('resize');
  };
}
