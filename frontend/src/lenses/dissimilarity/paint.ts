/** Dissimilarities as colors. */

import { RAMP, stepAt } from "../../color/ramp";
import type { Scale } from "../../state/dissimilarity";

/** What is known of the whole matrix. */
export interface Spread {
  low: number;
  high: number;
  /** Evenly spaced quantiles of all pairs. */
  quantiles: Float32Array;
}

/** The share of all pairs that are less dissimilar, 0 to 1. */
export function rankOf(value: number, { quantiles }: Spread): number {
  const last = quantiles.length - 1;
  let low = 0;
  let high = last;
  if (!(value > (quantiles[0] as number))) return 0;
  if (value >= (quantiles[last] as number)) return 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((quantiles[middle] as number) <= value) low = middle;
    else high = middle;
  }
  const [a, b] = [quantiles[low] as number, quantiles[high] as number];
  return (low + (b > a ? (value - a) / (b - a) : 0)) / last;
}

/** Where a value lies on the scale, 0 to 1. */
export function shareOf(value: number, spread: Spread, scale: Scale): number {
  if (scale === "rank") return rankOf(value, spread);
  const range = spread.high - spread.low;
  return range > 0 ? Math.min(1, Math.max(0, (value - spread.low) / range)) : 0;
}

/** RGBA of a tile, row by row. */
export function paint(values: Float32Array, spread: Spread, scale: Scale): Uint8ClampedArray {
  const out = new Uint8ClampedArray(values.length * 4);
  for (let i = 0; i < values.length; i++) {
    const from = stepAt(shareOf(values[i] as number, spread, scale));
    out.set(RAMP.subarray(from, from + 3), i * 4);
    out[i * 4 + 3] = 255;
  }
  return out;
}
