/** Viridis as a table of bytes, for pictures that are painted pixel by pixel. */

import { viridis } from "./palette";

const STEPS = 256;

/** Red, green and blue of each step. */
export const RAMP = Uint8Array.from(
  { length: STEPS * 3 },
  (_, i) => viridis(Math.floor(i / 3) / (STEPS - 1))[(i % 3) as 0 | 1 | 2],
);

/** Where the color of a share between 0 and 1 begins in the table. */
export const stepAt = (share: number) =>
  Math.round(Math.min(1, Math.max(0, share)) * (STEPS - 1)) * 3;
