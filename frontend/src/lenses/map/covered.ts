/** How much of the map is covered by what lies over it, so that the points keep to the rest. */

import type { Insets } from "./camera";

/** Places on the window; null is not there. */
export interface Covers {
  toolbar: DOMRectReadOnly;
  legend: DOMRectReadOnly;
  filters: DOMRectReadOnly | null;
  /** What is told of a map that forms. */
  facts: DOMRectReadOnly | null;
}

/**
 * The toolbar lies over the top; the filters over the left, on a narrow window over the top too; the
 * legend over the right, on a narrow window over the foot; the facts over the foot.
 */
export function covered(frame: DOMRectReadOnly, covers: Covers): Insets {
  const { toolbar, legend, filters, facts } = covers;
  const told = facts ? frame.bottom - facts.top : 0;
  const aside = filters !== null && filters.width < frame.width / 2;
  const below = legend.top > frame.top + frame.height / 2;
  return {
    top: (filters && !aside ? filters : toolbar).bottom - frame.top,
    left: aside ? filters.right - frame.left : 0,
    bottom: below ? Math.max(told, frame.bottom - legend.top) : told,
    right: below ? 0 : frame.right - legend.left,
  };
}
