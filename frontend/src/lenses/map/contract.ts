/** What the map is told, and what it tells. */

import type { Mode } from "../../state/selection.svelte";
import type { Insets } from "./camera";
import type { Tool } from "./gestures";
import type { Layout } from "./layout";
import type { AtlasInfo } from "./renderer/atlas";
import type { Look } from "./scene";

/** What the map shows; whoever owns it changes these through `update`. */
export interface MapState {
  layout: Layout;
  /** Milliseconds until the next layout of a map that forms; null where the layout is final. */
  flow: number | null;
  rgba: Uint8Array;
  selected: Int32Array;
  primary: number | null;
  hover: number | null;
  neighbors: readonly number[];
  /** The neighbors of the row under the pointer, where lines to them are wanted. */
  pointed: readonly number[];
  atlas: AtlasInfo | null;
  look: Look;
  tool: Tool;
  /** Camera numbers of a link; empty shows everything. */
  camera: readonly number[];
}

/** What the map tells its owner. */
export interface MapEvents {
  hover(row: number | null, x: number, y: number): void;
  select(rows: ArrayLike<number>, mode: Mode, primary?: number): void;
  camera(numbers: number[]): void;
  frame(frames: number, images: number): void;
  firstFrame(): void;
  lost(reason: string): void;
  /** How much of each side is covered by what lies over the map, in pixels. */
  insets(): Insets;
}
