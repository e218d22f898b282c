/**
 * The outcome of a load, store or fetch by what was there before and after, in the recordings' words.
 * @param before what the entry mapped, in the recordings' names; undefined for none
 * @param faulted whether the page faulted on the way
 * @param signal 'SIGSEGV ACCERR' ... where the access was refused
 */
export function label(
  before: string | undefined,
  after: string | undefined,
  write: boolean,
  faulted: boolean,
  signal: string | undefined,
): string {
  if (before === after) return signal ?? unchanged(after, write, faulted);
  const change = changed(before, after);
  return signal === undefined ? change : `${change}; ${signal}`;
}

const isAnon = (name: string): boolean => name.startsWith('f');

function unchanged(name: string | undefined, write: boolean, faulted: boolean): string {
  if (name === undefined) return 'not mapped';
  if (!faulted) return 'no fault';
  if (!write || name === 'zero') return 'spurious/none';
  return isAnon(name) ? 'reused in place' : 'shared page made writable';
}

function changed(before: string | undefined, after: string | undefined): string {
  if (after === undefined) return 'unmapped!';
  if (after === 'zero') return before === undefined ? 'zero-page mapped' : '?';
  if (!isAnon(after)) return before === undefined ? 'page-cache mapped' : '?';
  if (before === undefined) return 'anon frame allocated';
  if (before === 'zero') return 'zero page replaced';
  return isAnon(before) ? 'copied' : 'copied from page cache';
}
