/** Sets of rows as short text: "0-3,7,12-15". */

/** Sorted, distinct row numbers as ranges. */
export function encodeRows(rows: ArrayLike<number>): string {
  const parts: string[] = [];
  for (let i = 0; i < rows.length; ) {
    const first = rows[i] as number;
    let last = first;
    while (i + 1 < rows.length && rows[i + 1] === last + 1) {
      last += 1;
      i += 1;
    }
    i += 1;
    parts.push(last === first ? `${first}` : `${first}-${last}`);
  }
  return parts.join(",");
}

/** At most this many rows come out of a link, whatever it says. */
const MOST_ROWS = 2_000_000;

/** Row numbers out of text, sorted and distinct; null when the text is something else. */
export function decodeRows(text: string): Int32Array | null {
  if (text === "") return new Int32Array(0);
  if (!/^\d{1,9}(-\d{1,9})?(,\d{1,9}(-\d{1,9})?)*$/.test(text)) return null;
  const rows: number[] = [];
  for (const part of text.split(",")) {
    const [first, last = first] = part.split("-").map(Number) as [number, number?];
    if (last < first || rows.length + last - first >= MOST_ROWS) return null;
    for (let row = first; row <= last; row++) rows.push(row);
  }
  return sortedRows(rows);
}

/** Sorted and distinct. */
export function sortedRows(rows: ArrayLike<number>): Int32Array {
  const sorted = Int32Array.from(rows).sort();
  let kept = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[kept++] = sorted[i] as number;
  }
  return sorted.slice(0, kept);
}
