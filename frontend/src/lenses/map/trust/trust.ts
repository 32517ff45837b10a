/** How far to trust a map: what the measures say, in words and as a curve. */

import type { Manifest, Recipe } from "../../../api/types";
import { embeddingRecipe, type Subject } from "../../../recipes/recipe";
import { percent } from "../caption";

/** Up to this many seconds, a map is measured without being asked. */
export const CHEAP_SECONDS = 3;

export const trustRecipe = (map: Recipe, subject: Subject): Recipe => ({
  kind: "trust",
  method: "neighborhood",
  inputs: {
    projection: map,
    neighbors: embeddingRecipe(subject),
    embedding: embeddingRecipe(subject),
  },
});

/** The strict measure as one sentence; an axis of a linear map is a true direction, so less is off. */
export function trustSentence(trust: Manifest, linear: boolean): string {
  const recall = trust.metrics.recall;
  if (recall === undefined) return "";
  const k = Number(trust.meta.k);
  const kept = `On this map ${percent(recall)} of the ${k === 1 ? "" : `${k} `}nearest neighbors survive`;
  return linear ? `${kept}.` : `${kept}; sizes of clusters and far distances mean nothing.`;
}

export const stabilityRecipe = (maps: Recipe[]): Recipe => ({
  kind: "trust",
  method: "stability",
  inputs: { projections: maps },
});

/** What several maps from random starts have in common; their spread is a radius of the map. */
export function stabilitySentence({ metrics }: Manifest): string {
  const { motion } = metrics;
  if (motion === undefined) return "";
  return `From three random starts half of the points move less than ${percent(motion)} of the map's radius.`;
}

/** The mean over rows that have a value; null when none has. */
export function meanOver(values: Float32Array, rows: Int32Array): number | null {
  let [sum, count] = [0, 0];
  for (const row of rows) {
    const value = values[row];
    if (value === undefined || !Number.isFinite(value)) continue;
    sum += value;
    count += 1;
  }
  return count ? sum / count : null;
}

/** Where a neighborhood size lies on a logarithmic axis from 1 to `most`, 0 to 1. */
export const along = (k: number, most: number) =>
  Math.log(Math.max(1, k)) / Math.log(Math.max(2, most));

/** Sizes to mark on the axis: the powers of ten, and the largest. */
export function ticks(most: number): number[] {
  const out: number[] = [];
  for (let k = 1; k <= most; k *= 10) out.push(k);
  return out;
}

/** The curve as an SVG path in a box. */
export function curvePath(
  k: ArrayLike<number>,
  height: ArrayLike<number>,
  box: { width: number; height: number },
): string {
  const most = k[k.length - 1] ?? 1;
  let path = "";
  for (let i = 0; i < k.length; i++) {
    const value = height[i] as number;
    if (!Number.isFinite(value)) continue;
    const x = along(k[i] as number, most) * box.width;
    const y = (1 - Math.min(1, Math.max(0, value))) * box.height;
    path += `${path ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return path;
}
