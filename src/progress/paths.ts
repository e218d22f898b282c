import os from 'node:os';
import path from 'node:path';

/** The directories in which progress is kept. */
export interface Places {
  /** Of the journal. */
  readonly state: string;
  /** Of settings.json. */
  readonly config: string;
}

/**
 * Where progress is kept: all of it in the directory that `--state` names, else in the XDG directories.
 * A relative XDG directory counts as not set.
 * Source: XDG Base Directory Specification 0.8.
 */
export function placesOf(
  { env, cwd }: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string },
  state?: string,
): Places {
  if (state !== undefined) {
    const both = path.resolve(cwd, state);
    return { state: both, config: both };
  }
  const home = env['HOME'] || os.homedir();
  const xdg = (name: string, usual: string): string => {
    const given = env[name] ?? '';
    return path.join(path.isAbsolute(given) ? given : path.join(home, usual), 'cowhand');
  };
  return { state: xdg('XDG_STATE_HOME', '.local/state'), config: xdg('XDG_CONFIG_HOME', '.config') };
}
