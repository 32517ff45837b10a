/** What a comparison found. */

import { asFloat32, type NumericArray } from "../../../api/arrays";
import type { Comparison } from "../../../state/dissimilarity";

/** What measures of agreement are called. */
export const COMPARISON_TITLES: Record<Comparison, string> = {
  spearman: "Spearman",
  "rho-a": "rho-a",
  "tau-a": "Kendall's tau-a",
  pearson: "Pearson",
  cosine: "Cosine",
  "whitened-correlation": "Whitened correlation",
  "whitened-cosine": "Whitened cosine",
};

export interface Fit {
  scores: number[];
  low: number[];
  high: number[];
  p: number[];
  /** Lower and upper end of the noise ceiling; null where there is one subject. */
  ceiling: [number, number] | null;
  /** Of each pair of models, how surely they differ: q values, row by row. */
  q: number[];
}

/** Arrays of an artifact of `similarity/fit`, as the page needs them. */
export function readFit(arrays: Record<string, NumericArray>): Fit {
  const numbers = (name: string) => {
    const array = arrays[name];
    if (!array) throw new Error("The comparison lacks an array.");
    return Array.from(asFloat32(array.data));
  };
  const [lower = Number.NaN, upper = Number.NaN] = numbers("noise_ceiling");
  return {
    scores: numbers("scores"),
    low: numbers("low"),
    high: numbers("high"),
    p: numbers("p"),
    ceiling: Number.isNaN(lower) || Number.isNaN(upper) ? null : [lower, upper],
    q: numbers("q_differences"),
  };
}

/** Names of the arrays that are needed. */
export const FIT_ARRAYS = ["scores", "low", "high", "p", "noise_ceiling", "q_differences"];

/** Pairs of models of which the first is better, at a false discovery rate below 5%. */
export function better({ scores, q }: Fit): [number, number][] {
  const count = scores.length;
  const out: [number, number][] = [];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      if ((scores[i] as number) > (scores[j] as number) && (q[i * count + j] as number) < 0.05) {
        out.push([i, j]);
      }
    }
  }
  return out;
}

/** A p value in words. */
export const pWords = (p: number) => (p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`);

/** The axis of bars: from zero, or what lies below, up to what is highest. */
export function axisOf({ low, high, ceiling }: Fit): { from: number; to: number } {
  const from = Math.min(0, ...low);
  const to = Math.max(0.1, ...high, ...(ceiling ?? []));
  return { from: from < 0 ? Math.max(-1, from - 0.02) : 0, to: Math.min(1, to + 0.02) };
}
