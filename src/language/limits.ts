/**
 * How large a program may be. Far more than any level or recording needs, and little enough that it is run, shown and
 * judged within seconds and some megabytes, whoever wrote it.
 */
export const LIMITS = {
  /** Characters of a line, its comment included. */
  line: 1000,
  /** Characters of a word: messages show it. */
  word: 100,
  operations: 1000,
  /** Processes and threads that ever run. */
  processes: 32,
  files: 64,
  /** Pages of all files together; the region that maps them has as many. */
  filePages: 1024,
} as const;
