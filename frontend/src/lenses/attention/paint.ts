/** From maps of patches to pixels. */

import type { Rgb } from "../../color/palette";
import { RAMP, stepAt } from "../../color/ramp";
import type { Pictures } from "../../pictures/pictures";

export type Painting =
  /** The image alone. */
  | { as: "image" }
  /** Values of patches on one scale, over the image in gray or alone. */
  | {
      as: "overlay" | "heat";
      values: Float32Array;
      low: number;
      high: number;
      kept: Uint8Array | null;
    }
  /** A color a patch; -1 has none. */
  | { as: "heads"; heads: Int16Array; palette: readonly Rgb[] }
  | { as: "colors"; colors: Uint8Array; front: Uint8Array };

/** How much of a color covers the gray image, and how light that is. */
const COVER = 0.68;
const GRAY = 0.75;
/** What is left of an image where it is background. */
const DIM = 0.22;

/**
 * Paint one image.
 *
 * @param side patches along a side
 * @returns RGBA, row by row
 */
export function paint(
  pictures: Pictures,
  image: number,
  side: number,
  painting: Painting,
): Uint8ClampedArray<ArrayBuffer> {
  const { height, width, channels, data } = pictures;
  const out = new Uint8ClampedArray(height * width * 4);
  const colorOf = coloring(painting);
  const [tall, wide] = [side / height, side / width];
  let from = image * height * width * channels;
  let to = 0;
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y * tall) * side;
    for (let x = 0; x < width; x++, from += channels, to += 4) {
      const red = data[from] as number;
      const green = data[from + Math.min(1, channels - 1)] as number;
      const blue = data[from + Math.min(2, channels - 1)] as number;
      colorOf(row + Math.floor(x * wide), red, green, blue, out, to);
      out[to + 3] = 255;
    }
  }
  return out;
}

type Coloring = (
  patch: number,
  red: number,
  green: number,
  blue: number,
  out: Uint8ClampedArray,
  to: number,
) => void;

function coloring(painting: Painting): Coloring {
  const put = (out: Uint8ClampedArray, to: number, r: number, g: number, b: number) => {
    out[to] = r;
    out[to + 1] = g;
    out[to + 2] = b;
  };
  const luma = (r: number, g: number, b: number) => GRAY * (0.299 * r + 0.587 * g + 0.114 * b);
  const over = (
    out: Uint8ClampedArray,
    to: number,
    gray: number,
    color: ArrayLike<number>,
    at = 0,
  ) =>
    put(
      out,
      to,
      gray + COVER * ((color[at] as number) - gray),
      gray + COVER * ((color[at + 1] as number) - gray),
      gray + COVER * ((color[at + 2] as number) - gray),
    );
  if (painting.as === "image") return (_, r, g, b, out, to) => put(out, to, r, g, b);
  if (painting.as === "colors") {
    const { colors, front } = painting;
    return (patch, r, g, b, out, to) => {
      if (!front[patch]) put(out, to, DIM * r, DIM * g, DIM * b);
      else {
        const at = patch * 3;
        put(out, to, colors[at] as number, colors[at + 1] as number, colors[at + 2] as number);
      }
    };
  }
  if (painting.as === "heads") {
    const { heads, palette } = painting;
    return (patch, r, g, b, out, to) => {
      const gray = luma(r, g, b);
      const color = palette[heads[patch] as number];
      if (color) over(out, to, gray, color);
      else put(out, to, gray, gray, gray);
    };
  }
  const { values, low, high, kept } = painting;
  const span = high > low ? high - low : 1;
  const steps = Int32Array.from(values, (value) => stepAt((value - low) / span));
  if (painting.as === "heat") {
    return (patch, _r, _g, _b, out, to) => {
      const at = kept && !kept[patch] ? 0 : (steps[patch] as number);
      put(out, to, RAMP[at] as number, RAMP[at + 1] as number, RAMP[at + 2] as number);
    };
  }
  return (patch, r, g, b, out, to) => {
    const gray = luma(r, g, b);
    if (kept && !kept[patch]) put(out, to, gray, gray, gray);
    else over(out, to, gray, RAMP, steps[patch] as number);
  };
}
