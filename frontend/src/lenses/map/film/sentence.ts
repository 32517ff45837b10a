/** What is to be said of a map that follows the one of the last snapshot. */

import type { Manifest, Recipe } from "../../../api/types";
import { epochText } from "../../../state/runs/facts";

/**
 * @param epoch of the last snapshot
 * @returns empty for the last map itself, and for one that stands alone
 */
export function followingSentence(
  { method, metrics, recipe }: Pick<Manifest, "method" | "metrics"> & { recipe: object },
  epoch: number,
): string {
  const last = `the last snapshot, epoch ${epochText(epoch)}`;
  if (method === "aligned" && metrics.motion !== undefined) {
    return `Begun from the map that follows and turned onto ${last}; half of the images lie more than ${(100 * metrics.motion).toFixed(0)}% of the map's spread away from where they end.`;
  }
  const { inputs } = recipe as Partial<Recipe>;
  return inputs?.axes ? `Seen along the axes of ${last}.` : "";
}
