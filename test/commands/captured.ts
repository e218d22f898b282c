import { PassThrough } from 'node:stream';
import { type Commands, dispatch, type Run } from '../../src/commands/dispatch.ts';
import { usage } from '../../src/commands/help.ts';
import { type Io, realIo } from '../../src/commands/io.ts';

/** What a command line came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command as the command line does, without a terminal.
 * @param lines what is typed
 */
export async function captured(
  run: Run,
  args: readonly string[],
  { lines = [], ...other }: Partial<Io> & { readonly lines?: readonly string[] } = {},
): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const stdin = new PassThrough();
  stdin.end(lines.map(line => `${line}\n`).join(''));
  const io: Io = {
    ...realIo(),
    env: { LANG: 'C.UTF-8' },
    seed: () => 0,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    ...other,
  };
  const get = async () => run;
  const commands = Object.fromEntries(Object.keys(usage).map(name => [name, get])) as unknown as Commands;
  const code = await dispatch(['play', ...args], io, commands, '1.2.3');
  return { code, stdout, stderr };
}
