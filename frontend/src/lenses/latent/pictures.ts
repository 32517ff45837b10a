/** Pictures that a decoder drew, and how they are laid out. */

import { asFloat32, type NumericArray } from "../../api/arrays";
import type { Frame } from "../../api/frame";

export interface Pictures {
  count: number;
  height: number;
  width: number;
  channels: number;
  /** Pictures x height x width x channels. */
  data: Uint8Array;
}

/** What came of a traversal. */
export interface Traversal {
  pictures: Pictures;
  /** The image's own code. */
  code: Float32Array;
  /** Deviation of each number of the code between images; null where it was not asked for. */
  deviation: Float32Array | null;
}

/** The way from one image to another. */
export interface Way {
  latent: Pictures;
  pixels: Pictures;
}

function picturesOf(array: NumericArray | undefined): Pictures {
  if (!(array?.data instanceof Uint8Array) || array.shape.length !== 4) {
    throw new Error("The answer holds no images.");
  }
  const [count, height, width, channels] = array.shape as [number, number, number, number];
  return { count, height, width, channels, data: array.data };
}

export function readTraversal({ arrays }: Frame): Traversal {
  return {
    pictures: picturesOf(arrays.images),
    code: arrays.code ? asFloat32(arrays.code.data) : new Float32Array(0),
    deviation: arrays.deviation ? asFloat32(arrays.deviation.data) : null,
  };
}

export const readWay = ({ arrays }: Frame): Way => ({
  latent: picturesOf(arrays.latent),
  pixels: picturesOf(arrays.pixels),
});

/** One of the pictures, alone. */
export function onePicture(pictures: Pictures, i: number): Pictures {
  const size = pictures.height * pictures.width * pictures.channels;
  return { ...pictures, count: 1, data: pictures.data.subarray(i * size, (i + 1) * size) };
}

/**
 * Lay pictures out side by side, row by row, without gaps.
 *
 * @returns RGBA of the whole sheet, `columns` pictures wide
 */
export function sheet(pictures: Pictures, columns: number) {
  const { count, height, width, channels, data } = pictures;
  const wide = columns * width;
  const tall = Math.ceil(count / columns) * height;
  const out = new Uint8ClampedArray(wide * tall * 4);
  for (let i = 0, from = 0; i < count; i++) {
    const corner = Math.floor(i / columns) * height * wide + (i % columns) * width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, from += channels) {
        const to = (corner + y * wide + x) * 4;
        for (let c = 0; c < 3; c++) {
          out[to + c] = data[from + Math.min(c, channels - 1)] as number;
        }
        out[to + 3] = 255;
      }
    }
  }
  return { data: out, width: wide, height: tall };
}
