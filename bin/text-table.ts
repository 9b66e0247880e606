/** A column of a table for a terminal. */
export type Column<Row> = readonly [title: string, cell: (row: Row) => string, align?: 'right'];

/** Rows as a table for a terminal, as wide as its cells. */
export function textTable<Row>(columns: readonly Column<Row>[], entries: readonly Row[]): string {
  const rows = [columns.map(([title]) => title), ...entries.map((entry) => columns.map(([, cell]) => cell(entry)))];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return columns[index]?.[2] === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = rows;
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}
