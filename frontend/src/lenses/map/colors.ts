/** The color of every point: by class or by magnitude. */

import { classColors, MISSING, type Rgb, viridis } from "../../color/palette";
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
  /** Red, green, blue and visibility (255 or 0) of each row. */
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
  const rgba = new Uint8Array(count * 4).fill(255);
  if (column === null) {
    paint(rgba, count, () => MISSING);
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
  const ramp = Array.from({ length: 256 }, (_, i) => viridis(i / 255));
  paint(rgba, count, (row) => {
    const value = values[row] as number;
    if (!Number.isFinite(value)) return MISSING;
    return ramp[Math.round(((value - low) / span) * 255)] as Rgb;
  });
  const range = low <= high ? { low, high } : null;
  return { title: column.title, rgba, legend: [], range };
}

function colorByClass(
  column: Column,
  count: number,
  hidden: ReadonlySet<number>,
  rgba: Uint8Array,
): Coloring {
  const { values, categories, title } = column;
  const colors = classColors(categories.length);
  const counts = new Uint32Array(categories.length);
  let missing = 0;
  paint(rgba, count, (row) => {
    const index = values[row] as number;
    const color = colors[index];
    if (hidden.has(color ? index : -1)) rgba[row * 4 + 3] = 0;
    if (color) counts[index] = (counts[index] as number) + 1;
    else missing += 1;
    return color ?? MISSING;
  });
  const legend: LegendEntry[] = categories.map((name, index) => ({
    index,
    title: name,
    color: colors[index] as Rgb,
    count: counts[index] as number,
  }));
  if (missing) legend.push({ index: -1, title: "no value", color: MISSING, count: missing });
  return { title, rgba, legend, range: null };
}

function paint(rgba: Uint8Array, count: number, colorOf: (row: number) => Rgb): void {
  for (let row = 0; row < count; row++) {
    const [r, g, b] = colorOf(row);
    rgba[row * 4] = r;
    rgba[row * 4 + 1] = g;
    rgba[row * 4 + 2] = b;
  }
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
