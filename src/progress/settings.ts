import { renameSync } from 'node:fs';
import path from 'node:path';
import { isObject, isSetting, type Setting } from './events.ts';
import { makeDirectory, nameAside, textOf, whyNot } from './files.ts';

/** The version of the file that this code writes, and the newest that it reads. */
const SCHEMA = 1;
const NAME = 'settings';

export type Settings = ReadonlyMap<string, Setting>;

/** What settings.json holds, or why it does not count. */
type Content =
  | { readonly kind: 'values'; readonly values: Settings }
  | { readonly kind: 'missing' | 'newer' }
  | { readonly kind: 'corrupt'; readonly why: string };

/**
 * Reads settings.json. A file that cannot be understood is renamed, one of a newer version left as it is.
 * @returns the settings, undefined where no file counts; and what to tell the player
 */
export function readSettings(
  directory: string,
  now: Date,
): { readonly values: Settings | undefined; readonly notices: readonly string[] } {
  const file = fileIn(directory);
  const content = contentOf(file);
  switch (content.kind) {
    case 'values':
      return { values: content.values, notices: [] };
    case 'missing':
      return { values: undefined, notices: [] };
    case 'newer': {
      const notice = `${file} is of a newer version of cowhand: it stays as it is, and settings come from the journal.`;
      return { values: undefined, notices: [notice] };
    }
    case 'corrupt': {
      const where = keepAside(file, now);
      const notice = `${file} could not be read (${content.why}): ${where}, and settings come from the journal.`;
      return { values: undefined, notices: [notice] };
    }
  }
}

/**
 * Writes one setting to settings.json, and what the file lacks of the others. A file that does not count stays.
 * @throws the system's own errors
 */
export async function writeSetting(
  directory: string,
  name: string,
  value: Setting,
  others: Settings,
): Promise<void> {
  const { kind } = contentOf(fileIn(directory));
  if (kind === 'newer' || kind === 'corrupt') return;
  makeDirectory(directory);
  // Its import takes longer than the rest of the start; most sessions change no setting.
  const { default: Conf } = await import('conf');
  const conf = new Conf<Record<string, Setting>>({
    cwd: directory,
    configName: NAME,
    configFileMode: 0o600,
    clearInvalidConfig: false,
    accessPropertiesByDotNotation: false,
  });
  conf.set({ ...Object.fromEntries(others), ...conf.store, schemaVersion: SCHEMA, [name]: value });
}

const fileIn = (directory: string): string => path.join(directory, `${NAME}.json`);

function contentOf(file: string): Content {
  try {
    const text = textOf(file);
    return text === undefined ? { kind: 'missing' } : understood(JSON.parse(text));
  } catch (error) {
    return { kind: 'corrupt', why: whyNot(error) };
  }
}

function understood(content: unknown): Content {
  if (!isObject(content)) return { kind: 'corrupt', why: 'it should hold one object' };
  const { schemaVersion = SCHEMA, ...values } = content;
  if (!Number.isSafeInteger(schemaVersion))
    return { kind: 'corrupt', why: 'schemaVersion should be a number' };
  if ((schemaVersion as number) > SCHEMA) return { kind: 'newer' };
  const odd = Object.keys(values).find(name => !isSetting(values[name]));
  return odd === undefined
    ? { kind: 'values', values: new Map(Object.entries(values) as [string, Setting][]) }
    : { kind: 'corrupt', why: `${odd} should be a text, a number or true or false` };
}

/** Renames the file to a name that no file has yet, and says so. */
function keepAside(file: string, now: Date): string {
  const aside = nameAside(file, 'corrupt', now);
  try {
    renameSync(file, aside);
    return `it is kept as ${path.basename(aside)}`;
  } catch (error) {
    return `it stays where it is (${whyNot(error)})`;
  }
}
