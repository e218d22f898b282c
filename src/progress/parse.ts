import { asEvent, type JournalEvent } from './events.ts';
import { sumOf } from './sum.ts';

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

/** What JSON takes as it is, and neither a terminal nor a decoder does. */
const UNSAFE = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffd]/g;

/** The checksum at the end of a line, which is that of the line without it. */
const SUM = /,"sum":"([0-9a-f]{8})"\}$/;

/** An event as a line, without the line's end. Its checksum tells when a byte of it changes. */
export function printEvent(event: JournalEvent): string {
  const line = JSON.stringify(event).replace(
    UNSAFE,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${line.slice(0, -1)},"sum":"${sumOf(line)}"}`;
}

/**
 * The line without its checksum; undefined where it is not as it was written. Lines without one, of an earlier
 * version or written by hand, are taken as they are.
 */
function wholeLine(line: string): string | undefined {
  if (line.includes(REPLACEMENT)) return undefined;
  const sum = SUM.exec(line);
  if (sum === null) return line;
  const whole = `${line.slice(0, sum.index)}}`;
  return sum[1] === sumOf(whole) ? whole : undefined;
}

/** Reads a journal, one event a line. Never throws: what cannot be read is a problem, and the rest counts. */
export function parseJournal(text: string): Journal {
  const lines = text.split('\n');
  const events: JournalEvent[] = [];
  const problems: Problem[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const event = asEvent(parsed(wholeLine(line)));
    if (event === 'newer') problems.push({ line: i + 1, kind: 'newer' });
    else if (event !== undefined) events.push(event);
    else problems.push({ line: i + 1, kind: i === lines.length - 1 ? 'torn' : 'damaged' });
  }
  return { events, problems };
}

function parsed(line: string | undefined): unknown {
  // An exception for each line would keep a file of other lines for long.
  if (!line?.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
