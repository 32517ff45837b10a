/** From an answer to pixels: RGBA of one image of each panel. */

import { RAMP, stepAt } from "../../color/ramp";
import type { Answer } from "./answer";

export type Panel = "input" | "masked" | "output" | "error" | "spread";

/** Absolute differences from here on have one color: of pixels between 0 and 1. */
export const FULL_ERROR = 0.5;
/** The same for deviations over masks. */
export const FULL_SPREAD = 0.25;

/**
 * Paint one panel of one image.
 *
 * @param raw whether the decoder's picture stands alone, without the visible patches
 * @returns RGBA, row by row; hidden patches, and visible ones in maps of errors, are transparent
 */
export function paintPanel(
  answer: Answer,
  panel: Panel,
  image: number,
  raw: boolean,
): Uint8ClampedArray<ArrayBuffer> {
  const { height, width } = answer;
  const out = new Uint8ClampedArray(height * width * 4);
  const covers = coverOf(answer, image);
  for (let y = 0, place = 0; y < height; y++) {
    for (let x = 0; x < width; x++, place++) {
      const pixel = image * height * width + place;
      const hidden = covers(y, x);
      if (panel === "input") copy(answer, answer.input, pixel, out, place);
      else if (panel === "masked") {
        if (!hidden) copy(answer, answer.input, pixel, out, place);
      } else if (panel === "output") {
        // Over many masks each pixel was hidden now and then: there is nothing to paste.
        const own = hidden || raw || answer.spread !== null;
        copy(answer, own ? answer.output : answer.input, pixel, out, place);
      } else if (panel === "spread") {
        color(Number(answer.spread?.[pixel] ?? 0) / FULL_SPREAD, out, place);
      } else if (hidden || raw) color(difference(answer, pixel) / FULL_ERROR, out, place);
    }
  }
  return out;
}

/** Tells whether a pixel lies in a hidden patch; of a code all do, as nothing is pasted. */
function coverOf({ hidden, side, height, width }: Answer, image: number) {
  if (!hidden || side < 1) return () => true;
  const [tall, wide] = [height / side, width / side];
  const first = image * side * side;
  return (y: number, x: number) =>
    hidden[first + Math.floor(y / tall) * side + Math.floor(x / wide)] === 1;
}

function copy(
  { channels }: Answer,
  from: Uint8Array,
  pixel: number,
  out: Uint8ClampedArray,
  place: number,
): void {
  for (let c = 0; c < 3; c++) {
    out[place * 4 + c] = from[pixel * channels + Math.min(c, channels - 1)] as number;
  }
  out[place * 4 + 3] = 255;
}

/** Mean absolute difference of the channels, 0 to 1. */
function difference({ channels, input, output }: Answer, pixel: number): number {
  let sum = 0;
  for (let i = pixel * channels; i < (pixel + 1) * channels; i++) {
    sum += Math.abs((input[i] as number) - (output[i] as number));
  }
  return sum / channels / 255;
}

function color(share: number, out: Uint8ClampedArray, place: number): void {
  const step = stepAt(share);
  for (let c = 0; c < 3; c++) out[place * 4 + c] = RAMP[step + c] as number;
  out[place * 4 + 3] = 255;
}
