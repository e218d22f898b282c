import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Io } from './io.ts';

/**
 * Runs this program with other arguments in a process of its own, which prints a line of JSON for each thing that
 * it has done. A line that is none is left out, and so is what a process that cannot be started, or ends early, had
 * still to do.
 * @param take is given what each line says
 */
export async function inChild<T>(args: readonly string[], take: (said: T) => void, io: Io): Promise<void> {
  const [program, ...before] = io.self;
  const child = spawn(program!, [...before, ...args], {
    cwd: io.cwd,
    env: io.env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const failed = new Promise<void>(resolve => child.once('error', () => resolve()));
  const read = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const said = parsed<T>(line);
      if (said !== undefined) take(said);
    }
  })();
  await Promise.race([read, failed]);
}

function parsed<T>(line: string): T | undefined {
  try {
    return JSON.parse(line) as T;
  } catch {
    return undefined;
  }
}
