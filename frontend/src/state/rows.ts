/** Which images the lens shows. */

/**
 * The selected images where there are several; else the one that leads, and the first image of
 * each other class.
 *
 * @param labels class of each row; empty where there are none
 */
export function chooseRows(
  selected: ArrayLike<number>,
  primary: number | null,
  labels: ArrayLike<number>,
  count: number,
  most: number,
): number[] {
  if (selected.length > 1) {
    const rows = Array.from(selected);
    // The one that leads is among them.
    const rest = rows.filter((row) => row !== primary);
    return primary !== null && rest.length < rows.length
      ? [primary, ...rest].slice(0, most)
      : rows.slice(0, most);
  }
  const rows: number[] = [];
  const seen = new Set<number>();
  const take = (row: number) => {
    rows.push(row);
    const label = labels[row];
    if (label !== undefined) seen.add(label);
  };
  if (primary !== null && primary < count) take(primary);
  for (let row = 0; row < labels.length && rows.length < most; row++) {
    if (!rows.includes(row) && !seen.has(labels[row] as number)) take(row);
  }
  for (let row = 0; row < count && rows.length < most; row++) {
    if (!rows.includes(row)) rows.push(row);
  }
  return rows;
}
