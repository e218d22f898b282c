import { asEvent, type JournalEvent } from './events.ts';

/** A line that does not count; `line` counts from 1. */
export interface Problem {
  readonly line: number;
  /** torn: the last line, written in part; damaged: not an event; newer: of a newer version. */
  readonly kind: 'torn' | 'damaged' | 'newer';
}

export interface Journal {
  /** In the order of the lines. */
  readonly events: readonly JournalEvent[];
  readonly problems: readonly Problem[];
}

/** Node puts it for bytes that are no UTF-8; so no line that is whole may hold it. */
const REPLACEMENT = '\ufffd';

/** An event as a line, without the line's end. */
export const printEvent = (event: JournalEvent): string =>
  JSON.stringify(event).replaceAll(REPLACEMENT, '\\ufffd');

/** Reads a journal, one event a line. Never throws: what cannot be read is a problem, and the rest counts. */
export function parseJournal(text: string): Journal {
  const lines = text.split('\n');
  const events: JournalEvent[] = [];
  const problems: Problem[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const event = line.includes(REPLACEMENT) ? undefined : asEvent(parsed(line));
    if (event === 'newer') problems.push({ line: i + 1, kind: 'newer' });
    else if (event !== undefined) events.push(event);
    else problems.push({ line: i + 1, kind: i === lines.length - 1 ? 'torn' : 'damaged' });
  }
  return { events, problems };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
