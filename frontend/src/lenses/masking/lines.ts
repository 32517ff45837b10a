/** A model that draws, as the lens shows it. */

import type { Source } from "./source.svelte";

export interface Line {
  /** A and B are encoders; D fills gaps without learning. */
  letter: "A" | "B" | "D";
  title: string;
  source: Source;
  /** Whether it draws from visible patches, rather than from a code. */
  masked: boolean;
}
