/** Curves over 1, 2, 3 ... as lines of text: each a letter, `*` where curves meet; the height is a logarithm. */
export function plotLines(
  curves: readonly { readonly letter: string; readonly values: readonly number[] }[],
  height: number,
): string[] {
  const all = curves.flatMap(({ values }) => values);
  const low = Math.log(Math.min(...all));
  const high = Math.log(Math.max(...all));
  const rowOf = (value: number) => Math.round(((Math.log(value) - low) / (high - low || 1)) * (height - 1));
  const columns = Math.max(...curves.map(({ values }) => values.length));
  const rows = Array.from({ length: height }, () => new Array<string>(columns).fill(' '));
  for (const { letter, values } of curves)
    for (const [x, value] of values.entries()) {
      const row = rows[rowOf(value)]!;
      row[x] = row[x] === ' ' || row[x] === letter ? letter : '*';
    }
  const label = (row: number) => String(Math.round(Math.exp(low + ((high - low) * row) / (height - 1))));
  const width = label(height - 1).length;
  const drawn = rows.map((cells, row) => {
    const named = row === 0 || row === height - 1 || row === Math.floor(height / 2);
    return `${(named ? label(row) : '').padStart(width)} |${cells.join('').trimEnd()}`;
  });
  const ticks = Array.from({ length: columns }, (_, x) => ((x + 1) % 10 === 0 ? '|' : '-')).join('');
  return [...drawn.reverse(), `${' '.repeat(width)} +${ticks}`];
}
