import { existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { JournalEvent } from './events.ts';
import { nameAside, StoreError } from './files.ts';
import { appendLines } from './journal.ts';
import { printEvent } from './parse.ts';

/**
 * The events of another journal that this one lacks, in their order. Settings are left out: they say how a
 * terminal is, and stay with the machine. Joined either way round, two journals come to the same records.
 */
export function lackingFrom(own: readonly JournalEvent[], other: readonly JournalEvent[]): JournalEvent[] {
  const known = new Set(own.map(printEvent));
  return other.filter(event => {
    const line = printEvent(event);
    if (event.type === 'set' || known.has(line)) return false;
    known.add(line);
    return true;
  });
}

/** Adds events of another journal. Throws StoreError. */
export function join(journal: string, events: readonly JournalEvent[]): void {
  if (events.length === 0) return;
  try {
    appendLines(journal, events.map(printEvent));
  } catch (error) {
    throw new StoreError('save', journal, error);
  }
}

/**
 * Puts a journal aside under another name, so that the next game begins anew.
 * @returns the path that it has now; undefined where there is none
 * @throws StoreError
 */
export function putAside(journal: string, now: Date): string | undefined {
  if (!existsSync(journal)) return undefined;
  const aside = nameAside(journal, 'reset', now);
  try {
    renameSync(journal, aside);
    return aside;
  } catch (error) {
    throw new StoreError('save', journal, error);
  }
}

/** The journal that was put aside last; undefined where none was. */
export function lastAside(journal: string): string | undefined {
  const { dir, name, ext } = path.parse(journal);
  if (!existsSync(dir)) return undefined;
  const aside = readdirSync(dir)
    .filter(file => file.startsWith(`${name}.reset-`) && file.endsWith(ext))
    .map(file => file.slice(0, -ext.length));
  const last = aside.sort().at(-1);
  return last === undefined ? undefined : path.join(dir, `${last}${ext}`);
}
