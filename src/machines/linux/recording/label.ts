/** What is known of one page that an operation touched. Names are the recordings'. */
export interface Touched {
  /** What the entry held before and after; undefined for none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly kind: 'read' | 'write' | 'fetch' | 'mlock';
  /** Did the process itself touch the page, the kernel for it, or get_user_pages? */
  readonly by: 'user' | 'kernel' | 'gup';
  /** Did the page fault on the way? */
  readonly faulted: boolean;
  /** 'SIGSEGV ACCERR' ... where the access was refused here. */
  readonly signal: string | undefined;
  /** Did the system call fail or fall short, here or elsewhere? */
  readonly short: boolean;
  readonly failed: boolean;
  /** Is this the page where a copy was cut short? */
  readonly cut: boolean;
  /** Was the frame marked exclusive before and after? */
  readonly wasExclusive: boolean;
  readonly isExclusive: boolean;
  /** Does the VMA show a file or object? */
  readonly hasObject: boolean;
  /** Did a stack grow down to the page? */
  readonly grown: boolean;
  /** Of a swapped-in page: did the very frame come back, was the fault major, does another entry name the slot? */
  readonly sameFrame: boolean;
  readonly major: boolean;
  readonly othersNameSlot: boolean;
  readonly isDirty: boolean;
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
  const change = changed(touched);
  return signal === undefined ? change : `${change}; ${signal}`;
}

const isAnon = (name: string): boolean => name.startsWith('f');
/** `s3`, not `sh1.2`. */
const isSlot = (name: string): boolean => /^s\d+$/.test(name);

function unchanged(touched: Touched): string | undefined {
  const { after, by, kind, faulted, short, failed, cut, wasExclusive, isExclusive } = touched;
  if (after === undefined) return short || failed ? undefined : 'not mapped';
  if (isSlot(after) || after === 'guard') return undefined;
  if (by === 'gup') return isExclusive && !wasExclusive ? 'reused in place' : 'no change';
  if (!faulted) return 'no fault';
  const stopped = short && cut;
  if (kind === 'write' && after !== 'zero' && !(stopped && wasExclusive === isExclusive))
    return isAnon(after) ? 'reused in place' : 'shared page made writable';
  return stopped ? undefined : 'spurious/none';
}

function changed(touched: Touched): string {
  const { before, after, hasObject } = touched;
  if (after === undefined) return 'unmapped!';
  if (before === undefined || before === 'guard') {
    if (after === 'zero') return 'zero-page mapped';
    if (isAnon(after)) return hasObject ? 'copied from page cache' : 'anon frame allocated';
    return after.includes('.') ? 'page-cache mapped' : '?';
  }
  if (before === 'zero') return isAnon(after) ? 'zero page replaced' : '?';
  if (isSlot(before)) return swappedIn(touched);
  if (!isAnon(after)) return '?';
  return isAnon(before) ? 'copied' : 'copied from page cache';
}

/** Of faults that get_user_pages raised nobody can say whether they were major. */
function swappedIn({ after, by, kind, sameFrame, major, othersNameSlot, isDirty }: Touched): string {
  if (!isAnon(after!)) return `swapped in ? ${after}`;
  if (sameFrame) return 'swapped in (swap cache hit)';
  const read = kind === 'read' || kind === 'fetch';
  if (!read && othersNameSlot) return 'swapped in, then copied';
  if (by === 'gup') return 'swapped in (GUP)';
  if (major) return 'swapped in';
  return read || isDirty ? 'swapped in (swap cache hit)' : 'swapped in, then copied';
}
