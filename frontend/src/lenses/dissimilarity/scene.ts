/** What is shown of a matrix, and what stands along its edges. */

import type { Scale } from "../../state/dissimilarity";
import type { Tool } from "../map/gestures";
import type { TileStore } from "./store.svelte";
import type { Window } from "./tiles";

/** Pixels along the left and the upper edge, for images or colors of classes. */
export const EDGE = 24;
/** From so many pixels a row on, images stand along both axes. */
export const ROOM = 14;

/** A pair under the pointer: positions in the order, and the mean over how many images a side. */
export interface Cell {
  i: number;
  j: number;
  step: number;
  value: number | null;
}

export interface MatrixState {
  store: TileStore;
  order: ArrayLike<number>;
  scale: Scale;
  window: Window;
  tool: Tool;
  /** CSS color of each position's class; null without classes. */
  colors: string[] | null;
  /** The selected rows. */
  selected: Int32Array;
  /** Where the image of a row is. */
  imageOf: (row: number) => string;
  /** CSS colors of marks and of the ground. */
  ground: string;
  accent: string;
}
