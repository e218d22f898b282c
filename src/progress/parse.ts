import { asEvent, type JournalEvent } from './events.ts';
import { partsOf, seal, unseal } from './seal.ts';

/** A line that is not as it was written or does not count; `line` counts from 1. */
export interface Problem {
  readonly line: number;
  /**
   * torn: the last line, written in part; damaged: not an event; newer: of a newer version; mended: damaged in one
   * character, and its events count.
   */
  readonly kind: 'torn' | 'damaged' | 'newer' | 'mended';
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

/** An event as a line, without the line's end. Its checksum tells when a byte of it changes. */
export function printEvent(event: JournalEvent): string {
  return seal(
    JSON.stringify(event).replace(
      UNSAFE,
      character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

/**
 * Reads a journal, one event a line. Never throws: what cannot be read is a problem, and the rest counts. A line in
 * which one character is damaged is mended, and so is the end of a line.
 */
export function parseJournal(text: string): Journal {
  const lines = text.split('\n');
  const events: JournalEvent[] = [];
  const problems: Problem[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const known = readLine(line) ?? readParts(line);
    if (known === undefined) problems.push({ line: i + 1, kind: i === lines.length - 1 ? 'torn' : 'damaged' });
    else {
      events.push(...known.events);
      if (known.problem !== undefined) problems.push({ line: i + 1, kind: known.problem });
    }
  }
  return { events, problems };
}

/** What a line holds; undefined where it is not as it was written. */
interface Read {
  readonly events: readonly JournalEvent[];
  readonly problem?: 'newer' | 'mended' | undefined;
}

function readLine(line: string): Read | undefined {
  const unsealed = unseal(line);
  if (unsealed === undefined || unsealed.line.includes(REPLACEMENT)) return undefined;
  const event = asEvent(parsed(unsealed.line));
  if (event === 'newer') return { events: [], problem: 'newer' };
  return event && { events: [event], problem: unsealed.mended ? 'mended' : undefined };
}

/** Of a line that ran together with the next one, as its end was damaged. */
function readParts(line: string): Read | undefined {
  const parts = partsOf(line);
  const read = parts.flatMap(part => readLine(part) ?? []);
  return parts.length > 0 && parts[0] !== line && read.length === parts.length
    ? { events: read.flatMap(({ events }) => events), problem: 'mended' }
    : undefined;
}

function parsed(line: string): unknown {
  // An exception for each line would keep a file of other lines for long.
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
