/** Numbers are shown to three significant digits or the nearest whole, whichever says more; NaN as a dash. */
export type Cell = string | number;

/** A table for the terminal and for a Markdown file alike: the first column to the left, all others to the right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [head, ...rows.map((row) => row.map(show))];
  const widths = head.map((_, i) => Math.max(3, ...lines.map((line) => (line[i] ?? '').length)));
  const draw = (line: readonly string[]): string => {
    const cells = widths.map((width, i) => {
      const text = line[i] ?? '';
      return i === 0 ? text.padEnd(width) : text.padStart(width);
    });
    return `| ${cells.join(' | ')} |`;
  };
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [first = [], ...rest] = lines;
  return [draw(first), rule, ...rest.map(draw)].join('\n');
}

function show(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (!Number.isFinite(cell)) return '-';
  const size = Math.abs(cell);
  return cell.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
