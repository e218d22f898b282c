/** What about a terminal decides how the game can be played in it. */
export interface Place {
  readonly stdin: { readonly isTTY?: boolean };
  readonly screen: { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const isTerminal = ({ stdin, screen }: Place): boolean =>
  stdin.isTTY === true && screen.isTTY === true;

/** People who let their screen be read to them are asked in plain lines, as `--plain` does. */
export const wantsPlain = ({ env }: Place): boolean =>
  env['INK_SCREEN_READER'] === 'true' || (env['ACCESSIBLE'] ?? '') !== '' || env['TERM'] === 'dumb';

/**
 * Whoever sits at a terminal is no build server, whatever the environment says: Ink and chalk read these when
 * they are loaded, and would draw nothing, and without colour. Of two wishes about colour FORCE_COLOR goes first;
 * Node would print a warning into the screen that there are two.
 * @param env the process's own; changed
 */
export function tidyEnvironment(env: Record<string, string | undefined>): void {
  for (const name of ['CI', 'CONTINUOUS_INTEGRATION']) delete env[name];
  if ((env['FORCE_COLOR'] ?? '0') !== '0') delete env['NO_COLOR'];
}
