/**
 * A checksum of a text: FNV-1a of its code units, 32 bits as 8 hexadecimal digits. Of two texts that differ in one
 * code unit it is never the same, for each step can be undone.
 * Source: Fowler, Noll, Vo, draft-eastlake-fnv.
 */
export function sumOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
