/** The one selection of the page: rows, the primary row among them, and the row under the pointer. */

import { sortedRows } from "./ranges";

/** Who made a change, so that a view can ignore its own echo. */
export type Origin = "map" | "matrix" | "inspector" | "link" | "page";

/** How new rows meet the rows that were selected before. */
export type Mode = "replace" | "add" | "subtract";

export class Selection {
  rows = $state.raw<Int32Array>(new Int32Array(0));
  primary = $state<number | null>(null);
  hover = $state<number | null>(null);
  origin = $state<Origin>("page");

  /** Select rows; the primary row stays if it is still among them, else the first one leads. */
  select(rows: ArrayLike<number>, origin: Origin, mode: Mode = "replace", primary?: number): void {
    const next =
      mode === "replace"
        ? sortedRows(rows)
        : mode === "add"
          ? sortedRows([...this.rows, ...Array.from(rows)])
          : without(this.rows, rows);
    this.origin = origin;
    this.rows = next;
    if (primary !== undefined && hasRow(next, primary)) this.primary = primary;
    else if (this.primary === null || !hasRow(next, this.primary)) this.primary = next[0] ?? null;
  }

  /** Make one of the selected rows the primary one, or select it alone. */
  lead(row: number, origin: Origin): void {
    this.select(hasRow(this.rows, row) ? this.rows : [row], origin, "replace", row);
  }

  clear(origin: Origin): void {
    this.select([], origin);
  }

  /** Forget rows that a smaller dataset does not have. */
  limit(count: number): void {
    if (this.hover !== null && this.hover >= count) this.hover = null;
    const last = this.rows.at(-1);
    if (last === undefined || last < count) return;
    this.select(
      this.rows.filter((row) => row < count),
      "page",
    );
  }
}

/** Whether a sorted array holds a row. */
export function hasRow(rows: Int32Array, row: number): boolean {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle] as number) < row) low = middle + 1;
    else high = middle;
  }
  return rows[low] === row;
}

function without(rows: Int32Array, gone: ArrayLike<number>): Int32Array {
  const set = new Set(Array.from(gone));
  return rows.filter((row) => !set.has(row));
}
