/** What the server draws of some images, as the lens needs it. */

import { asFloat32 } from "../../api/arrays";
import type { Frame } from "../../api/frame";

export interface Answer {
  /** "masked" is drawn from visible patches, "code" from a few numbers. */
  kind: "masked" | "code";
  count: number;
  height: number;
  width: number;
  channels: number;
  /** The images as the network sees them, images x height x width x channels. */
  input: Uint8Array;
  /** The same of what the decoder draws. */
  output: Uint8Array;
  /** 1 where a patch is hidden, images x side x side; null for codes. */
  hidden: Uint8Array | null;
  side: number;
  /** Deviation of each pixel over many masks, images x height x width. */
  spread: Float32Array | null;
  /** Images x numbers. */
  code: Float32Array | null;
  /** Mean squared error of each image; null where nothing is hidden. */
  errors: (number | null)[];
  /** Whether each patch was guessed but for its mean and deviation. */
  normalized: boolean;
  /** How many numbers stand for an image. */
  numbers: number;
  /** Up to how many numbers of the code can be kept; null where they have no order. */
  components: number | null;
}

/**
 * Read an answer.
 *
 * @param before the images, where they came with an earlier answer
 */
export function readAnswer({ arrays, meta }: Frame, before: Uint8Array | null): Answer {
  const { output } = arrays;
  if (!(output?.data instanceof Uint8Array) || output.shape.length !== 4) {
    throw new Error("The answer holds no images.");
  }
  const [count, height, width, channels] = output.shape as [number, number, number, number];
  const sent = arrays.input?.data;
  const input = sent instanceof Uint8Array ? sent : before;
  if (input?.length !== output.data.length) throw new Error("The answer lacks what was given.");
  const hidden = arrays.hidden?.data;
  return {
    kind: meta.kind === "code" ? "code" : "masked",
    count,
    height,
    width,
    channels,
    input,
    output: output.data,
    hidden: hidden instanceof Uint8Array ? hidden : null,
    side: Number(meta.side ?? 0),
    spread: arrays.spread ? asFloat32(arrays.spread.data) : null,
    code: arrays.code ? asFloat32(arrays.code.data) : null,
    errors: Array.isArray(meta.errors) ? (meta.errors as (number | null)[]) : [],
    normalized: meta.normalized === true,
    numbers: Number(meta.numbers ?? 0),
    components: typeof meta.components === "number" ? meta.components : null,
  };
}

/** Mean of the errors that there are. */
export function meanError(errors: readonly (number | null)[]): number | null {
  const known = errors.filter((error) => error !== null);
  return known.length ? known.reduce((sum, error) => sum + error, 0) / known.length : null;
}

/** Mean deviation of the pixels of an image over many masks; 0 before it is measured. */
export function meanSpread({ spread, height, width }: Answer, image: number): number {
  if (!spread) return 0;
  const pixels = height * width;
  const own = spread.subarray(image * pixels, (image + 1) * pixels);
  return own.reduce((sum, value) => sum + value, 0) / pixels;
}

/** An error in few digits: "0.0137". */
export const errorText = (error: number | null) =>
  error === null
    ? "none hidden"
    : error > 0 && error < 0.00005
      ? error.toExponential(0)
      : error.toFixed(4);
