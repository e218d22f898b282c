import { writeSync } from 'node:fs';
import os from 'node:os';
import { render } from 'ink';
import type { ReactElement } from 'react';
import { Keyboard } from './keyboard.ts';
import { Screen } from './screen.ts';

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** What the drawing may ask of the terminal. */
export interface Terminal {
  readonly screen: Screen;
  /** Ends the game. */
  readonly quit: () => void;
  /** Into the background, as Ctrl-Z does elsewhere. */
  readonly suspend: () => void;
}

/** How long to wait for being stopped, in milliseconds. */
const PATIENCE = 200;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Shows `draw` on the alternate screen until it quits. The terminal is left as it was found on every way out:
 * quitting, Ctrl-C, a signal (the process then exits with 128 plus its number), an exit from anywhere, and an
 * error, which is thrown on once the screen is back.
 */
export async function inTerminal(
  { stdin, stdout }: Streams,
  draw: (terminal: Terminal) => ReactElement,
): Promise<void> {
  let quit: () => void = () => undefined;
  const screen = new Screen(stdout);
  const keyboard = new Keyboard(stdin, () => quit());

  const leaveAtOnce = (): void => {
    // Nothing is waited for any more when a process exits: asynchronous writes would be lost.
    screen.leave(text => writeSync(1, text));
    keyboard.close();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    leaveAtOnce();
    process.exit(128 + os.constants.signals[signal]);
  };
  const suspend = (): void => {
    keyboard.close();
    screen.leave();
    const resume = (): void => {
      clearTimeout(unstopped);
      process.off('SIGCONT', resume);
      screen.enter();
      keyboard.open();
    };
    // Without a shell that could bring it back, a process is not stopped.
    const unstopped = setTimeout(resume, PATIENCE);
    process.on('SIGCONT', resume);
    // To the whole group, so that the shell sees all of the job stop, npm included.
    process.kill(0, 'SIGTSTP');
  };

  process.once('exit', leaveAtOnce);
  // Node is silent about a size that is the old one again, though the terminal has cut the lines meanwhile.
  process.on('SIGWINCH', screen.refresh);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  screen.enter();
  keyboard.open();
  try {
    const terminal: Terminal = { screen, quit: () => quit(), suspend };
    const instance = render(draw(terminal), {
      stdout: screen as unknown as NodeJS.WriteStream,
      stdin: keyboard as unknown as NodeJS.ReadStream,
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    });
    quit = () => instance.unmount();
    await instance.waitUntilExit();
  } finally {
    keyboard.close();
    screen.leave();
    process.off('exit', leaveAtOnce);
    process.off('SIGWINCH', screen.refresh);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
