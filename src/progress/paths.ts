import os from 'node:os';
import path from 'node:path';

/** The directories in which progress is kept. */
export interface Places {
  /** Of the journal. */
  readonly state: string;
  /** Of settings.json. */
  readonly config: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where progress is kept: all of it in the directory that `--state` names, else in the XDG directories.
 * A relative XDG directory counts as not set.
 * Source: XDG Base Directory Specification 0.8.
 */
export function placesOf({ env, cwd }: { readonly env: Env; readonly cwd: string }, state?: string): Places {
  if (state !== undefined) {
    const both = path.resolve(cwd, state);
    return { state: both, config: both };
  }
  return {
    state: xdg(env, 'XDG_STATE_HOME', '.local/state'),
    config: xdg(env, 'XDG_CONFIG_HOME', '.config'),
  };
}

/** Where that is kept which can be made anew at any time. */
export const cacheOf = (env: Env): string => xdg(env, 'XDG_CACHE_HOME', '.cache');

function xdg(env: Env, name: string, usual: string): string {
  const given = env[name] ?? '';
  const home = path.isAbsolute(given) ? given : path.join(env['HOME'] || os.homedir(), usual);
  return path.join(home, 'cowhand');
}
