/** Which rows pass: conditions on columns and a word, in links and over all rows at once. */

import type { Column } from "./columns";

/** What one column has to be. */
export type Condition =
  | { column: string; classes: readonly number[] }
  | { column: string; low: number; high: number };

export interface Filter {
  conditions: readonly Condition[];
  /** A word that a class or a text holds; empty asks nothing. */
  find: string;
}

export const NO_FILTER: Filter = { conditions: [], find: "" };

export const isOpen = ({ conditions, find }: Filter) => !conditions.length && find.trim() === "";

/** Rows without a value, as a class. */
export const NO_CLASS = -1;

/** One bit for each thing that is asked: as many as a number has. */
const MOST_CONDITIONS = 30;

/** What each row fails, one bit a condition, the word last; 0 passes. */
export function failures(filter: Filter, columns: readonly Column[], count: number): Uint32Array {
  const failed = new Uint32Array(count);
  const conditions = filter.conditions.slice(0, MOST_CONDITIONS);
  conditions.forEach((condition, bit) => {
    const values = columns.find(({ name }) => name === condition.column)?.values;
    // A column that this dataset does not have asks nothing.
    if (values?.length) failOne(condition, values, 1 << bit, failed);
  });
  const word = filter.find.trim().toLowerCase();
  if (word !== "") {
    const found = rowsWith(word, columns, count);
    const bit = 1 << conditions.length;
    for (let row = 0; row < count; row++) if (!found[row]) failed[row] = at(failed, row) | bit;
  }
  return failed;
}

function failOne(condition: Condition, values: Float32Array, bit: number, failed: Uint32Array) {
  const count = Math.min(values.length, failed.length);
  if ("classes" in condition) {
    const wanted = new Set(condition.classes);
    for (let row = 0; row < count; row++) {
      const value = values[row] as number;
      if (!wanted.has(value >= 0 ? value : NO_CLASS)) failed[row] = at(failed, row) | bit;
    }
    return;
  }
  const { low, high } = condition;
  for (let row = 0; row < count; row++) {
    const value = values[row] as number;
    // What has no value lies in no range.
    if (!(value >= low && value <= high)) failed[row] = at(failed, row) | bit;
  }
}

/** Rows whose class or text holds a word, which is in lower case. */
function rowsWith(word: string, columns: readonly Column[], count: number): Uint8Array {
  const found = new Uint8Array(count);
  for (const { categories, values, texts } of columns) {
    texts?.mark(word, found);
    const holding = categories.map((name) => name.toLowerCase().includes(word));
    if (!holding.includes(true)) continue;
    for (let row = 0; row < count; row++) if (holding[values[row] as number]) found[row] = 1;
  }
  return found;
}

/** Rows that pass everything; null where nothing is asked. */
export function passingRows(failed: Uint32Array): Uint8Array {
  return Uint8Array.from(failed, (bits) => (bits === 0 ? 1 : 0));
}

/** How often each class, or each part of the range, is among rows that pass all else. */
export interface Histogram {
  counts: Uint32Array;
  /** Rows without a value. */
  missing: number;
  low: number;
  high: number;
}

/** `own` is the bit of the column's own condition, which its histogram does not heed. */
export function histogramOf(
  column: Column,
  failed: Uint32Array,
  own: number,
  bins: number,
): Histogram {
  const { values } = column;
  const others = ~own;
  if (column.type === "category") {
    const counts = new Uint32Array(column.categories.length);
    let missing = 0;
    for (let row = 0; row < values.length; row++) {
      if (at(failed, row) & others) continue;
      const value = values[row] as number;
      if (value >= 0 && value < counts.length) counts[value] = (counts[value] as number) + 1;
      else missing += 1;
    }
    return { counts, missing, low: 0, high: counts.length };
  }
  const { low, high } = rangeOf(values);
  const counts = new Uint32Array(bins);
  const scale = bins / (high - low || 1);
  let missing = 0;
  for (let row = 0; row < values.length; row++) {
    if (at(failed, row) & others) continue;
    const value = values[row] as number;
    if (!Number.isFinite(value)) missing += 1;
    else {
      const bin = Math.min(bins - 1, Math.floor((value - low) * scale));
      counts[bin] = (counts[bin] as number) + 1;
    }
  }
  return { counts, missing, low, high };
}

function rangeOf(values: Float32Array): { low: number; high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

const at = (bits: Uint32Array, row: number) => bits[row] as number;

const WHERE = "where.";

export function putFilter(out: URLSearchParams, { conditions, find }: Filter): void {
  for (const condition of conditions) {
    const value =
      "classes" in condition
        ? condition.classes.join(",")
        : `${short(condition.low)}..${short(condition.high)}`;
    out.set(WHERE + condition.column, value);
  }
  if (find.trim()) out.set("find", find.trim());
}

/** The filter of a link; what is garbled asks nothing. */
export function takeFilter(given: URLSearchParams): Filter {
  const conditions: Condition[] = [];
  for (const [key, value] of given) {
    if (!key.startsWith(WHERE)) continue;
    const column = key.slice(WHERE.length);
    const range = /^(-?[\d.e+-]+)\.\.(-?[\d.e+-]+)$/.exec(value);
    const [low, high] = [Number(range?.[1]), Number(range?.[2])];
    if (Number.isFinite(low) && Number.isFinite(high)) conditions.push({ column, low, high });
    else if (/^-?\d+(,-?\d+)*$/.test(value)) {
      conditions.push({ column, classes: value.split(",").map(Number) });
    }
  }
  return { conditions: conditions.slice(0, MOST_CONDITIONS), find: given.get("find") ?? "" };
}

const short = (value: number) => String(Number(value.toPrecision(8)));
