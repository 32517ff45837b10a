/** A network that is looked into, as the lens shows it. */

import type { FromPatch, Whole } from "./sources.svelte";

export interface Line {
  /** A and B are encoders; an R behind them is the same network with random weights. */
  letter: "A" | "AR" | "B" | "BR";
  title: string;
  whole: Whole;
  patch: FromPatch;
}

export const isRandom = ({ letter }: Line) => letter.length > 1;
