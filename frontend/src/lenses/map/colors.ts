/** The color of every point: by class or by magnitude. */

import { MISSING, namedColors, type Rgb, viridis } from "../../color/palette";
import type { Column } from "../../state/columns";

/** One legend entry of a categorical coloring; index is the class, -1 for rows without one. */
export interface LegendEntry {
  index: number;
  title: string;
  color: Rgb;
  count: number;
}

export interface Coloring {
  title: string;
  /** Red, green, blue and visibility (255, 0, or `FAINT`) of each row. */
  rgba: Uint8Array;
  legend: LegendEntry[];
  /** Range of a numeric coloring; null when it is categorical. */
  range: { low: number; high: number } | null;
}

/** Colors of all rows; with no column at all every point is the same neutral tone. */
export function colorRows(
  column: Column | null,
  count: number,
  hidden: ReadonlySet<number>,
): Coloring {
  const rgba = new Uint8Array(count * 4);
  if (column === null) {
    paint(rgba, count, () => packed(MISSING));
    return { title: "", rgba, legend: [], range: null };
  }
  if (column.type === "category") return colorByClass(column, count, hidden, rgba);

  const values = column.values;
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const span = high - low || 1;
  const ramp = Array.from({ length: 256 }, (_, i) => packed(viridis(i / 255)));
  const tone = packed(MISSING, !hidden.has(-1));
  let missing = 0;
  paint(rgba, count, (row) => {
    const value = values[row] as number;
    if (!Number.isFinite(value)) {
      missing += 1;
      return tone;
    }
    return ramp[Math.round(((value - low) / span) * 255)] as number;
  });
  const range = low <= high ? { low, high } : null;
  return { title: column.title, rgba, legend: withoutValue(missing), range };
}

function colorByClass(
  column: Column,
  count: number,
  hidden: ReadonlySet<number>,
  rgba: Uint8Array,
): Coloring {
  const { values, categories, title } = column;
  const colors = namedColors(categories);
  const counts = new Uint32Array(categories.length);
  let missing = 0;
  const tones = colors.map((color, index) => packed(color, !hidden.has(index)));
  const missingTone = packed(MISSING, !hidden.has(-1));
  paint(rgba, count, (row) => {
    const index = values[row] as number;
    const tone = tones[index];
    if (tone === undefined) missing += 1;
    else counts[index] = (counts[index] as number) + 1;
    return tone ?? missingTone;
  });
  const legend: LegendEntry[] = categories.map((name, index) => ({
    index,
    title: name,
    color: colors[index] as Rgb,
    count: counts[index] as number,
  }));
  legend.push(...withoutValue(missing));
  return { title, rgba, legend, range: null };
}

/** The entry of rows that have no value; none where every row has one. */
const withoutValue = (count: number): LegendEntry[] =>
  count ? [{ index: -1, title: "no value", color: MISSING, count }] : [];

/** How strongly rows are drawn that the filter leaves out, of 255. */
const FAINT = 40;

/** The same colors, with all rows faint that do not pass; null lets all pass. */
export function dimmed(coloring: Coloring, passing: Uint8Array | null): Coloring {
  if (!passing) return coloring;
  const rgba = coloring.rgba.slice();
  for (let row = 0; row < passing.length; row++) {
    if (!passing[row] && rgba[row * 4 + 3]) rgba[row * 4 + 3] = FAINT;
  }
  return { ...coloring, rgba };
}

/** Red, green, blue and visibility in one number, in the byte order of all current machines. */
function packed([r, g, b]: Rgb, visible = true): number {
  return ((visible ? 255 : 0) << 24) | (b << 16) | (g << 8) | r;
}

function paint(rgba: Uint8Array, count: number, toneOf: (row: number) => number): void {
  const tones = new Int32Array(rgba.buffer);
  for (let row = 0; row < count; row++) tones[row] = toneOf(row);
}

/** Hidden classes after a double click: all others, or none if that one stood alone already. */
export function isolate(
  index: number,
  hidden: ReadonlySet<number>,
  legend: LegendEntry[],
): number[] {
  const others = legend.map((entry) => entry.index).filter((other) => other !== index);
  const alone = !hidden.has(index) && others.every((other) => hidden.has(other));
  return alone ? [] : others;
}

/** Hidden classes after a click. */
export function toggleHidden(index: number, hidden: ReadonlySet<number>): number[] {
  const next = new Set(hidden);
  if (!next.delete(index)) next.add(index);
  return [...next].sort((a, b) => a - b);
}
