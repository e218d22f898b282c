/**
 * How large a program may be. Far more than any level or recording needs, and little enough that it is run, shown and
 * judged in some megabytes and within seconds, at the worst half a minute, whoever wrote it.
 */
export const LIMITS = {
  /** Characters of a line, its comment included. */
  line: 1000,
  /** Characters of a word: messages show it. */
  word: 100,
  operations: 1000,
  /** Pages that all processes have mapped, added up over all operations: what it takes to carry them out and show them. */
  work: 250_000,
  /** Processes and threads that ever run. */
  processes: 32,
  files: 64,
  /** Pages of all files together; the region that maps them has as many. */
  filePages: 1024,
} as const;
