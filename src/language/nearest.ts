/** How many letters must be changed, added, dropped or swapped with their neighbour to get from `a` to `b`. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** The word most like the one that was typed; undefined where none is near (more than half would change). */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const likely = words
    .map(word => ({
      word,
      far: word.startsWith(typed) && typed !== '' ? 0 : distance(typed.toLowerCase(), word.toLowerCase()),
    }))
    .filter(({ word, far }) => far <= Math.max(typed.length, word.length) / 2)
    .sort((a, b) => a.far - b.far);
  return likely[0]?.word;
}
