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
 * The texts with this checksum that differ from `text` in one character, which is printable ASCII: what is before
 * a place and, undoing the steps, what is after it tell which character must stand there.
 * @param sum as `sumOf` gives it
 */
export function corrections(text: string, sum: string): string[] {
  const before = new Int32Array(text.length);
  let hash = BASIS;
  for (let i = 0; i < text.length; i++) {
    before[i] = hash;
    hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  }
  const found: string[] = [];
  let after = Number.parseInt(sum, 16);
  for (let i = text.length - 1; i >= 0; i--) {
    const mixed = Math.imul(after, UNPRIME);
    const code = mixed ^ before[i]!;
    if (code >= 0x20 && code < 0x7f)
      found.push(text.slice(0, i) + String.fromCharCode(code) + text.slice(i + 1));
    after = mixed ^ text.charCodeAt(i);
  }
  return found;
}
