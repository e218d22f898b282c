const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;
/** Times PRIME it is 1, in 32 bits. */
const UNPRIME = 0x359c449b;

/**
 * A checksum of a text: FNV-1a of its code units, 32 bits as 8 hexadecimal digits. Of two texts that differ in one
 * code unit it is never the same, for each step can be undone.
 * Source: Fowler, Noll, Vo, draft-eastlake-fnv.
 */
export function sumOf(text: string): string {
  let hash = BASIS;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/**
 * The texts with this checksum of which `text` is what was left when one character, printable ASCII, was changed or
 * lost: what is before a place and, undoing the steps, what is after it tell which character stood there.
 * @param sum as `sumOf` gives it
 */
export function corrections(text: string, sum: string): string[] {
  const before = [BASIS];
  for (let i = 0; i < text.length; i++) before.push(Math.imul(before[i]! ^ text.charCodeAt(i), PRIME));
  const found = new Set<string>();
  let after = Number.parseInt(sum, 16);
  for (let end = text.length; end >= 0; end--) {
    const mixed = Math.imul(after, UNPRIME);
    for (const start of end > 0 ? [end, end - 1] : [end]) {
      const code = mixed ^ before[start]!;
      if (code >= 0x20 && code < 0x7f)
        found.add(`${text.slice(0, start)}${String.fromCharCode(code)}${text.slice(end)}`);
    }
    after = mixed ^ text.charCodeAt(end - 1);
  }
  return [...found];
}
