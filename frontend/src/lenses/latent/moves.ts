/** Which numbers of a code are moved, and how far: always in deviations over the dataset. */

import { FAR, type Place } from "../../state/latent";

/** Pictures along a side of the pad, and along a strip. */
export const PAD_SIDE = 9;
export const STRIP_LENGTH = 7;
/** Strips, one below the other. */
export const STRIPS = 6;

/** Numbers of a code from the one that differs most between images on. */
export const byDeviation = (deviation: Float32Array): number[] =>
  Array.from(deviation.keys()).sort(
    (a, b) => (deviation[b] as number) - (deviation[a] as number) || a - b,
  );

/** Equal steps from -FAR to FAR. */
export const stops = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => (FAR * (2 * i + 1 - count)) / (count - 1));

/**
 * Moves of all pictures of the pad, row by row; up is more.
 *
 * @param scale deviations of the numbers that are moved, one or two
 */
export function padMoves(scale: readonly number[]): number[][] {
  const [across = 0, up] = scale;
  const columns = stops(PAD_SIDE).map((x) => x * across);
  if (up === undefined) return columns.map((x) => [x]);
  return stops(PAD_SIDE)
    .reverse()
    .flatMap((y) => columns.map((x) => [x, y * up]));
}

/**
 * The place under the pointer.
 *
 * @param across share of the pad's width from the left
 * @param down share of its height from the top
 */
export function placeAt(across: number, down: number): Place {
  // The middles of the outermost pictures are FAR away, their edges somewhat more.
  const reach = (FAR * PAD_SIDE) / (PAD_SIDE - 1);
  const limit = (value: number) => Math.min(FAR, Math.max(-FAR, value));
  return { x: limit((2 * across - 1) * reach), y: limit((1 - 2 * down) * reach) };
}

/** The other way round: shares of width and height. */
export function shareOf({ x, y }: Place): { across: number; down: number } {
  const reach = (FAR * PAD_SIDE) / (PAD_SIDE - 1);
  return { across: (x / reach + 1) / 2, down: (1 - y / reach) / 2 };
}
