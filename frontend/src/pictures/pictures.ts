/** Several pictures of one size, and how they are laid out on a sheet. */

import type { NumericArray } from "../api/arrays";

export interface Pictures {
  count: number;
  height: number;
  width: number;
  channels: number;
  /** Pictures x height x width x channels. */
  data: Uint8Array;
}

/** Take an array of images as pictures. */
export function picturesOf(array: NumericArray | undefined): Pictures {
  if (!(array?.data instanceof Uint8Array) || array.shape.length !== 4) {
    throw new Error("The answer holds no images.");
  }
  const [count, height, width, channels] = array.shape as [number, number, number, number];
  return { count, height, width, channels, data: array.data };
}

/** A side at which every pixel of a small image is as large as every other. */
export const exactly = (size: number, pixels: number) =>
  pixels > 0 && pixels <= size ? Math.floor(size / pixels) * pixels : size;

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
