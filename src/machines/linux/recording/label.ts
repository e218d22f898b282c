/** What is known of one page that an operation touched. Names are the recordings'. */
export interface Touched {
  /** What the entry mapped before and after; undefined for none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly write: boolean;
  /** Did the page fault on the way? */
  readonly faulted: boolean;
  /** 'SIGSEGV ACCERR' ... where the access was refused here. */
  readonly signal: string | undefined;
  /** Was the system call cut short, here or elsewhere? */
  readonly short: boolean;
  /** Was it cut short here, without making the frame exclusive first? */
  readonly failed: boolean;
  /** Did a stack grow down to the page? */
  readonly grown: boolean;
}

/** The outcome at a page in the recordings' words; undefined where there is nothing to say. */
export function label(touched: Touched): string | undefined {
  const outcome = outcomeOf(touched);
  if (!touched.grown) return outcome;
  return `stack grown; ${outcome ?? 'none'}`;
}

function outcomeOf(touched: Touched): string | undefined {
  const { before, after, signal } = touched;
  if (before === after) return signal ?? unchanged(touched);
  const change = changed(before, after);
  return signal === undefined ? change : `${change}; ${signal}`;
}

const isAnon = (name: string): boolean => name.startsWith('f');

function unchanged({ after, write, faulted, short, failed }: Touched): string | undefined {
  if (after === undefined) return short ? undefined : 'not mapped';
  if (!faulted) return 'no fault';
  if (failed) return undefined;
  if (!write || after === 'zero') return 'spurious/none';
  return isAnon(after) ? 'reused in place' : 'shared page made writable';
}

function changed(before: string | undefined, after: string | undefined): string {
  if (after === undefined) return 'unmapped!';
  if (after === 'zero') return before === undefined ? 'zero-page mapped' : '?';
  if (!isAnon(after)) return before === undefined ? 'page-cache mapped' : '?';
  if (before === undefined) return 'anon frame allocated';
  if (before === 'zero') return 'zero page replaced';
  return isAnon(before) ? 'copied' : 'copied from page cache';
}
