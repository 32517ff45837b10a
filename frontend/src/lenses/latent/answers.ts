/** What the server answers to a traversal, and to the way from one image to another. */

import { asFloat32 } from "../../api/arrays";
import type { Frame } from "../../api/frame";
import { type Pictures, picturesOf } from "../../pictures/pictures";

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
