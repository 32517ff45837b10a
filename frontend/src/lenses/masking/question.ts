/** What the settings of the lens ask of a model. */

import type { Params } from "../../api/types";
import { type Masking, showsSpread } from "../../state/masking";
import { onGrid } from "./brush";

/** How often masks are drawn where their spread is shown. */
export const DRAWS = 16;

/** Patches painted by hand, of each image, and on which grid. */
export interface Painted {
  side: number;
  patches: number[][];
}

/**
 * @param side patches along a side of the model that is asked; null for one with a code
 */
export function questionParams(
  masking: Masking,
  painted: Painted | null,
  side: number | null,
  by: "model" | "diffusion",
): Params {
  if (side === null) {
    const { components } = masking;
    return components === null ? {} : { components };
  }
  const { mask, ratio } = masking;
  const params: Params = { mask, ratio: ratio / 100, by };
  if (mask === "painted") {
    if (painted) params.painted = painted.patches.map((one) => onGrid(one, painted.side, side));
    else params.mask = "random";
  } else if (showsSpread(masking)) params.draws = DRAWS;
  return params;
}
