/** Which maps stand in a row, and how each is painted. */

import { classColors, type Rgb } from "../../color/palette";
import type { Attention } from "../../state/attention";
import { type Answer, headsOf, meanOf, type Pointed } from "./answer";
import { keepMass, largest, strongest } from "./kept";
import type { Painting } from "./paint";

/** A column of maps: the mean over heads, one head, or rollout. */
export type Column = "mean" | "rollout" | number;

export interface Drawing {
  painting: Painting;
  contour: Uint8Array | null;
}

/** What is drawn of a line: its answer, and what is told of a patch where one is asked about. */
export interface Seen {
  answer: Answer;
  /** What is told of the patch that is asked about, and of which image it is. */
  pointed: Pointed | null;
  image: number | null;
}

const HEAD_COLORS = classColors(8);
export const headColor = (head: number): Rgb => HEAD_COLORS[head % HEAD_COLORS.length] as Rgb;

/** The maps of all heads of an image: from the patch that is asked about, if it is of this one. */
export function headMaps({ answer, pointed, image }: Seen, of: number): Float32Array {
  return pointed?.attention && image === of ? pointed.attention : headsOf(answer, of);
}

/** One map; null where there is none. */
export function mapOf(seen: Seen, image: number, column: Column): Float32Array | null {
  const { answer } = seen;
  const patches = answer.side ** 2;
  if (column === "rollout") {
    return answer.rollout?.subarray(image * patches, (image + 1) * patches) ?? null;
  }
  const maps = headMaps(seen, image);
  if (column === "mean") return answer.heads === 1 ? maps : meanOf(maps, answer.heads);
  return maps.subarray(column * patches, (column + 1) * patches);
}

/** The largest value of all maps of some answers, the end of a scale for all of them. */
export function commonTop(answers: readonly Answer[]): number {
  return Math.max(
    ...answers.map(({ attention, rollout }) =>
      Math.max(largest(attention), rollout ? largest(rollout) : 0),
    ),
  );
}

/**
 * Draw a map over its image.
 *
 * @param top end of the scale; null takes the map's own largest value
 */
export function drawMap(map: Float32Array, look: Attention, top: number | null): Drawing {
  const kept = look.kept < 100 ? keepMass(map, look.kept / 100) : null;
  if (look.drawn === "contour") {
    return { painting: { as: "image" }, contour: kept ?? new Uint8Array(map.length).fill(1) };
  }
  const high = top ?? largest(map);
  return { painting: { as: look.drawn, values: map, low: 0, high, kept }, contour: null };
}

/** Draw several heads over one image, each in its color, where it is the strongest. */
export function drawHeads(
  maps: Float32Array,
  heads: number,
  look: Attention,
  only: readonly number[] | null,
): Drawing {
  const palette = Array.from({ length: heads }, (_, head) => headColor(head));
  const patches = maps.length / heads;
  let given = maps;
  if (only) {
    given = maps.slice();
    for (let head = 0; head < heads; head++) {
      if (!only.includes(head)) given.fill(0, head * patches, (head + 1) * patches);
    }
  }
  const share = look.kept / 100;
  return {
    painting: { as: "heads", heads: strongest(given, heads, share), palette },
    contour: null,
  };
}

/** Draw all maps of an image. */
export function drawAll(
  seen: Seen,
  image: number,
  look: Attention,
  top: number | null,
): Map<Column, Drawing> {
  const { answer } = seen;
  const columns: Column[] = ["mean", "rollout"];
  if (answer.heads > 1) columns.push(...Array.from({ length: answer.heads }, (_, head) => head));
  const out = new Map<Column, Drawing>();
  for (const column of columns) {
    const map = mapOf(seen, image, column);
    if (!map) continue;
    const merged = column === "mean" && look.merged && answer.heads > 1;
    const drawing = merged
      ? drawHeads(headMaps(seen, image), answer.heads, look, null)
      : drawMap(map, look, top);
    out.set(column, drawing);
  }
  return out;
}

/** Draw how alike patches are to the one that is asked about, from the least alike one on. */
export function drawSimilarity(
  similarity: Float32Array,
  image: number,
  patches: number,
  absolute: boolean,
): Drawing {
  const values = similarity.subarray(image * patches, (image + 1) * patches);
  let low = 0;
  if (!absolute) {
    low = 1;
    for (const value of similarity) low = Math.min(low, value);
  }
  return { painting: { as: "overlay", values, low, high: 1, kept: null }, contour: null };
}

/** The patch of an image that is most like the one that is asked about. */
export function mostAlike(similarity: Float32Array, image: number, patches: number): number {
  let best = 0;
  for (let patch = 1; patch < patches; patch++) {
    const [value, top] = [similarity[image * patches + patch], similarity[image * patches + best]];
    if ((value as number) > (top as number)) best = patch;
  }
  return best;
}

/** Draw features as colors. */
export function drawColors({ colors, front, side }: Answer, image: number): Drawing {
  const patches = side ** 2;
  return {
    painting: {
      as: "colors",
      colors: colors.subarray(image * patches * 3, (image + 1) * patches * 3),
      front: front.subarray(image * patches, (image + 1) * patches),
    },
    contour: null,
  };
}

/** Patches of an image whose token is much longer than others. */
export function outliersOf({ outliers, side }: Answer, image: number): number[] {
  const patches = side ** 2;
  return Array.from({ length: patches }, (_, patch) => patch).filter(
    (patch) => outliers[image * patches + patch] === 1,
  );
}
