import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { whyNot } from '../progress/files.ts';
import { noticesOf } from '../progress/notices.ts';
import { cacheOf, placesOf } from '../progress/paths.ts';
import { journalOf, journalPath } from '../progress/store.ts';
import { wantsAscii } from '../ui/glyphs.ts';
import { isTerminal, wantsPlain } from '../ui/terminal/fitness.ts';
import type { Io } from './io.ts';

/** What a finding is about, what was found, and whether it keeps anybody from playing. */
interface Finding {
  readonly about: string;
  readonly found: string;
  readonly wrong?: boolean;
}

/** Variables that decide how the game is drawn, or where it keeps what. */
const VARIABLES = [
  'TERM',
  'COLORTERM',
  'NO_COLOR',
  'FORCE_COLOR',
  'COLORFGBG',
  'LC_ALL',
  'LC_CTYPE',
  'LANG',
  'ACCESSIBLE',
  'INK_SCREEN_READER',
  'CI',
  'TMUX',
  'STY',
  'SSH_TTY',
  'XDG_STATE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_CACHE_HOME',
  'NODE_DISABLE_COMPILE_CACHE',
];

/**
 * `cowhand doctor [--json] [--state DIR]`: the terminal, versions, paths and permissions, for a report.
 * @returns 0, or 1 where something keeps the game from being played or saved
 */
export async function doctor(args: string[], io: Io, version: string): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean', default: false }, state: { type: 'string' } },
  });
  const found = [...versions(version), ...terminal(io), ...save(io, values.state)];
  if (values.json) io.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else {
    const width = Math.max(...found.map(({ about }) => about.length));
    for (const { about, found: text, wrong } of found)
      io.stdout.write(`${wrong === true ? '! ' : '  '}${about.padEnd(width)}  ${text}\n`);
  }
  return found.some(({ wrong }) => wrong === true) ? 1 : 0;
}

const versions = (version: string): Finding[] => [
  { about: 'cowhand', found: version },
  { about: 'node', found: `${process.version}, ${process.platform} ${process.arch}` },
];

function terminal(io: Io): Finding[] {
  const { columns, rows } = io.screen;
  const size = columns === undefined ? 'unknown' : `${columns}x${rows}`;
  const small =
    columns !== undefined && (columns < 60 || rows < 20) ? '; panels are left out below 60x20' : '';
  const way = wantsPlain(io)
    ? 'plain lines'
    : isTerminal(io)
      ? 'the screen'
      : "plain lines only ('cowhand play --plain'): input or output is no terminal";
  const set = VARIABLES.flatMap(name => (io.env[name] === undefined ? [] : [`${name}=${io.env[name]}`]));
  return [
    { about: 'size', found: `${size}${small}` },
    { about: 'played on', found: way },
    {
      about: 'colours',
      found: io.env['NO_COLOR'] ? 'none: NO_COLOR' : `${2 ** (io.screen.getColorDepth?.() ?? 1)}`,
    },
    {
      about: 'glyphs',
      found: wantsAscii(io.env) ? 'ASCII: the locale is not UTF-8, or TERM lacks them' : 'Unicode',
    },
    { about: 'environment', found: set.join(' ') || 'nothing that matters' },
  ];
}

function save(io: Io, state: string | undefined): Finding[] {
  const places = placesOf(io, state);
  const journal = journalPath(places);
  return [
    place('journal', journal),
    ...damage(journal),
    place('settings', path.join(places.config, 'settings.json')),
    // The game is played without it all the same.
    { ...place('compiled code', cacheOf(io.env)), wrong: false },
    ...space(existing(journal)),
  ];
}

/** The file, or the nearest directory above it that there is. */
function existing(file: string): string {
  return existsSync(file) || path.dirname(file) === file ? file : existing(path.dirname(file));
}

function place(about: string, file: string): Finding {
  const there = existing(file);
  try {
    accessSync(there, constants.R_OK | constants.W_OK);
    const stat = statSync(there);
    if (there !== file && !stat.isDirectory())
      return { about, found: `${file}: '${there}' is no directory`, wrong: true };
    const mode = (stat.mode & 0o777).toString(8);
    return {
      about,
      found: there === file ? `${file}, ${stat.size} bytes, mode ${mode}` : `${file}, not there yet`,
    };
  } catch (error) {
    return { about, found: `${file}: ${whyNot(error)}`, wrong: true };
  }
}

function damage(journal: string): Finding[] {
  try {
    return noticesOf(journal, journalOf(journal).problems).map(found => ({ about: 'damage', found }));
  } catch (error) {
    return [{ about: 'damage', found: (error as Error).message, wrong: true }];
  }
}

function space(there: string): Finding[] {
  try {
    const { bavail, bsize } = statfsSync(there);
    return [
      { about: 'disk', found: `${Math.floor((bavail * bsize) / 2 ** 20)} MB free`, wrong: bavail === 0 },
    ];
  } catch {
    return [];
  }
}
