/** What a dataset knows about its rows: labels, factors and other columns. */

import { asFloat32 } from "../api/arrays";
import { getArray } from "../api/calls";
import type { Manifest } from "../api/types";
import { Texts } from "./texts";

export type ColumnType = "category" | "number" | "text";

export interface ColumnInfo {
  name: string;
  title: string;
  type: ColumnType;
  array: string;
  categories: string[] | null;
}

export interface Column {
  name: string;
  title: string;
  type: ColumnType;
  /** Class numbers or magnitudes, of texts none; whole numbers up to 2^24 are exact. */
  values: Float32Array;
  categories: string[];
  texts?: Texts;
}

export interface DatasetInfo {
  id: string;
  title: string;
  count: number;
  height: number;
  width: number;
  columns: ColumnInfo[];
}

/** What a dataset's manifest says, with the unknown left empty. */
export function datasetInfo(manifest: Manifest): DatasetInfo {
  const meta = manifest.meta;
  return {
    id: manifest.id,
    title: manifest.title,
    count: Number(meta.count ?? 0),
    height: Number(meta.height ?? 0),
    width: Number(meta.width ?? 0),
    columns: Array.isArray(meta.columns) ? (meta.columns as ColumnInfo[]) : [],
  };
}

/** Images up to this side are drawn pixel by pixel; larger ones, photos, smoothly. */
const SMALL = 32;

export const isSmall = ({ height, width }: DatasetInfo) => Math.max(height, width) <= SMALL;

/** The column of classes; null where images have none. */
export const classesOf = <Info extends Pick<ColumnInfo, "name" | "type">>(
  columns: Info[],
): Info | null => columns.find(({ name, type }) => name === "label" && type === "category") ?? null;

/** How many of other rows are of the class of one; null where that has none. */
export function ofClass({ values }: Column, row: number, others: number[]): number | null {
  const own = values[row] ?? -1;
  return own < 0 ? null : others.filter((other) => values[other] === own).length;
}

const loaded = new Map<string, Promise<Column>>();

/** One column of an artifact with its values; asked for once per page. */
export function loadColumn(dataset: { id: string }, info: ColumnInfo): Promise<Column> {
  const key = `${dataset.id}/${info.name}`;
  let column = loaded.get(key);
  if (!column) {
    column = info.type === "text" ? textColumn(dataset, info) : valueColumn(dataset, info);
    loaded.set(key, column);
    column.catch(() => loaded.delete(key));
  }
  return column;
}

async function valueColumn(dataset: { id: string }, info: ColumnInfo): Promise<Column> {
  const values = asFloat32((await getArray(dataset.id, info.array)).data);
  return { ...info, values, categories: categoriesOf(info, values) };
}

async function textColumn(dataset: { id: string }, info: ColumnInfo): Promise<Column> {
  const [bytes, offsets] = await Promise.all([
    getArray(dataset.id, info.array),
    getArray(dataset.id, `${info.array}_offsets`),
  ]);
  return { ...info, values: NONE, categories: [], texts: new Texts(bytes, offsets) };
}

const NONE = new Float32Array(0);

/** Columns that colors can show. */
export const isColor = ({ type }: ColumnInfo) => type !== "text";

/** A category column may come without names: then each class is called by its number. */
function categoriesOf(info: ColumnInfo, values: Float32Array): string[] {
  if (info.type !== "category") return [];
  if (info.categories) return info.categories;
  let highest = -1;
  for (const value of values) if (value > highest) highest = value;
  return Array.from({ length: Math.min(highest, 9999) + 1 }, (_, i) => String(i));
}

/** The value of a row in words. */
export function valueText(column: Column, row: number): string {
  if (column.texts) return column.texts.at(row) || "none";
  const value = column.values[row];
  if (value === undefined || Number.isNaN(value)) return "none";
  if (column.type === "category") return column.categories[value] ?? "none";
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
