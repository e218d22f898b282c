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

/** What JSON takes as it is, and is more than one byte, or nothing for a terminal. */
const NOT_ASCII = /[^\x20-\x7e]/g;

/** An event as a line, without the line's end. Its checksum tells when a byte of it changes. */
export function printEvent(event: JournalEvent): string {
  return seal(
    JSON.stringify(event).replace(
      NOT_ASCII,
      character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

/**
 * Reads a journal, one event a line. Never throws: what cannot be read is a problem, and the rest counts. A line in
 * which one character is damaged or lost is mended, and so is the end of a line.
 */
export function parseJournal(text: string): Journal {
  const lines = text.split('\n');
  const events: JournalEvent[] = [];
  const problems: Problem[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.trim() === '') continue;
    const number = i + 1;
    let known = readLine(line) ?? readParts(line);
    if (known === undefined && number < lines.length) {
      // A damaged character may be a line's end now.
      known = readLine(`${line}${REPLACEMENT}${lines[number]}`);
      if (known !== undefined) i++;
    }
    events.push(...(known?.events ?? []));
    const kind = known === undefined ? (number === lines.length ? 'torn' : 'damaged') : known.problem;
    if (kind !== undefined) problems.push({ line: number, kind });
  }
  return { events, problems };
}

/** What a line holds. */
interface Read {
  readonly events: readonly JournalEvent[];
  readonly problem?: 'newer' | 'mended' | undefined;
}

/** Undefined where the line is neither as it was written nor can be mended in one way only. */
function readLine(line: string): Read | undefined {
  const { lines, mended } = unseal(line);
  const [event, ...others] = lines.flatMap(whole => asEvent(parsed(whole)) ?? []);
  if (event === undefined || others.length > 0) return undefined;
  if (event === 'newer') return { events: [], problem: 'newer' };
  return { events: [event], problem: mended ? 'mended' : undefined };
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
  if (line.includes(REPLACEMENT) || !line.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
