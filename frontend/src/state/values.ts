/** Computed values of every row: what a `values` artifact says of itself. */

import type { Manifest } from "../api/types";
import type { ColumnInfo } from "./columns";

/** Values that are wanted, made or still in the making. */
export interface Values {
  manifest: Manifest | null;
  /** The wanted column; null is the first. */
  column: string | null;
}

/** Rows, or pairs of rows, that a method found worth a look. */
export interface RowList {
  name: string;
  title: string;
  description: string;
  array: string;
  count: number;
}

export const valueColumns = (manifest: Manifest): ColumnInfo[] =>
  Array.isArray(manifest.meta.columns) ? (manifest.meta.columns as ColumnInfo[]) : [];

export function valuesColumn({ manifest, column }: Values): ColumnInfo | null {
  const columns = manifest ? valueColumns(manifest) : [];
  return columns.find(({ name }) => name === column) ?? columns[0] ?? null;
}

/** The lists of an artifact, with the length of each. */
export function rowLists(manifest: Manifest): RowList[] {
  const lists = manifest.meta.lists;
  if (!Array.isArray(lists)) return [];
  return (lists as Omit<RowList, "count">[]).map((list) => ({
    ...list,
    count: manifest.arrays[list.array]?.shape[0] ?? 0,
  }));
}
