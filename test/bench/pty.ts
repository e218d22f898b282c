import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type IPty, spawn } from '@lydell/node-pty';

/** The built game in a pseudo-terminal without an emulator, so that nothing but the game takes time. */

/** What ends each frame that the game writes. */
const END_FRAME = '\x1b[?2026l';

/** An environment that holds nothing of the caller's but PATH. */
export const bare = (home: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  COLORTERM: 'truecolor',
});

export interface Size {
  readonly cols: number;
  readonly rows: number;
}

export interface Pty {
  /** Waits for the frame that shows `text`; answers the milliseconds since the start. */
  shown(text: string): Promise<number>;
  /** Presses a key and waits for the frame that follows: milliseconds, and bytes of that frame. */
  press(key: string): Promise<{ readonly ms: number; readonly bytes: number }>;
  /** The most memory that the game has held up to now, in MB; undefined where the system does not say. */
  memory(): number | undefined;
  /** By a signal, which the game notices or not. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export function start(args: readonly string[], home: string, { cols, rows }: Size): Pty {
  const begun = performance.now();
  const child: IPty = spawn(process.execPath, [...args], { cols, rows, cwd: home, env: bare(home) });
  const ended = new Promise<void>(resolve => void child.onExit(() => resolve()));
  let received = '';
  let heard: (() => void) | undefined;
  child.onData(data => {
    received += data;
    heard?.();
  });
  /** Waits until `received` holds what is asked for; what was received up to there is forgotten. */
  const until = (end: () => number): Promise<string> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`not shown in 20 s: ${received}`)), 20_000);
      heard = () => {
        const at = end();
        if (at < 0) return;
        clearTimeout(late);
        heard = undefined;
        const text = received.slice(0, at);
        received = received.slice(at);
        resolve(text);
      };
      heard();
    });
  const frameEnd = (from: number): number => {
    const at = from < 0 ? -1 : received.indexOf(END_FRAME, from);
    return at < 0 ? -1 : at + END_FRAME.length;
  };
  return {
    shown: async text => {
      await until(() => frameEnd(received.indexOf(text)));
      return performance.now() - begun;
    },
    press: async key => {
      received = '';
      const pressed = performance.now();
      child.write(key);
      const frame = await until(() => frameEnd(0));
      return { ms: performance.now() - pressed, bytes: Buffer.byteLength(frame) };
    },
    memory: () => {
      try {
        const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
        return peak === null ? undefined : Number(peak[1]) / 1024;
      } catch {
        return undefined;
      }
    },
    end: async (signal = 'SIGKILL') => {
      child.kill(signal);
      await ended;
      // The terminal's last output may still be under way.
      await sleep(5);
    },
  };
}
