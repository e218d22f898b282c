const WIDTH = 30;

/** How far a long command is, on one line of a terminal; nothing where the stream is none. */
export function progressBar(total: number, stream: NodeJS.WriteStream) {
  if (stream.isTTY !== true) return { at() {}, done() {} };
  return {
    at(count: number): void {
      const full = Math.floor((count / Math.max(total, 1)) * WIDTH);
      stream.write(`\r[${'#'.repeat(full).padEnd(WIDTH)}] ${count}/${total}`);
    },
    done(): void {
      stream.write(`\r${' '.repeat(WIDTH + 2 * String(total).length + 4)}\r`);
    },
  };
}
