/** What the server sees in a network, as the lens needs it. */

import { asFloat32, type NumericArray } from "../../api/arrays";
import type { Frame } from "../../api/frame";
import { type Pictures, picturesOf } from "../../pictures/pictures";

/** What a map shows: attention, what speaks for a class, or the strength of maps. */
type Kind = "attention" | "grad_cam" | "energy";

export interface Answer {
  kind: Kind;
  /** Images. */
  count: number;
  heads: number;
  /** Patches along a side, and side of the network's input in pixels. */
  side: number;
  size: number;
  /** The block that is shown, and the names of all. */
  block: number;
  blocks: string[];
  /** Whether there is a cls token, and how many registers. */
  cls: boolean;
  registers: number;
  /** Images x heads x patches. */
  attention: Float32Array;
  /** Images x heads x 2: what goes to the cls token, and to registers. */
  special: Float32Array;
  /** Images x patches, through all blocks up to this one; null where there is no attention. */
  rollout: Float32Array | null;
  /** 1 where a token is much longer than others, images x patches. */
  outliers: Uint8Array;
  /** Blocks x heads, in pixels; null where there is no attention. */
  distance: Float32Array | null;
  /** How far a head looks that looks at all patches alike, in pixels. */
  evenDistance: number;
  /** The class that the network names for each image, where it has a classifier. */
  classes: string[];
  pictures: Pictures;
  /** Red, green and blue of each patch, and 1 where the foreground is. */
  colors: Uint8Array;
  front: Uint8Array;
}

/** What is told of one patch. */
export interface Pointed {
  /** Cosine similarity of its features to those of every patch, images x patches. */
  similarity: Float32Array;
  /** Heads x patches, of its own image; null where there is no attention. */
  attention: Float32Array | null;
  /** Heads x 2. */
  special: Float32Array | null;
}

const bytes = (array: NumericArray | undefined): Uint8Array => {
  if (!(array?.data instanceof Uint8Array)) throw new Error("The answer lacks an array.");
  return array.data;
};
const floats = (array: NumericArray | undefined) => (array ? asFloat32(array.data) : null);

/**
 * Read an answer about whole images.
 *
 * @param before the images, where they came with an earlier answer
 */
export function readAnswer({ arrays, meta }: Frame, before: Pictures | null): Answer {
  const attention = floats(arrays.attention);
  const special = floats(arrays.special);
  const pictures = arrays.input ? picturesOf(arrays.input) : before;
  if (!attention || !special || !pictures) throw new Error("The answer lacks an array.");
  return {
    kind: meta.kind === "attention" || meta.kind === "grad_cam" ? meta.kind : "energy",
    count: arrays.attention?.shape[0] ?? 0,
    heads: Number(meta.heads),
    side: Number(meta.side),
    size: Number(meta.size),
    block: Number(meta.block),
    blocks: (meta.blocks as string[]) ?? [],
    cls: meta.cls === true,
    registers: Number(meta.registers ?? 0),
    attention,
    special,
    rollout: floats(arrays.rollout),
    outliers: bytes(arrays.outliers),
    distance: floats(arrays.distance),
    evenDistance: Number(meta.even_distance ?? 0),
    classes: (meta.classes as string[] | undefined) ?? [],
    pictures,
    colors: bytes(arrays.colors),
    front: bytes(arrays.front),
  };
}

/** Read an answer about one patch. */
export function readPointed({ arrays }: Frame): Pointed {
  const similarity = floats(arrays.similarity);
  if (!similarity) throw new Error("The answer lacks an array.");
  return { similarity, attention: floats(arrays.attention), special: floats(arrays.special) };
}

/** Mean over heads of maps that lie one after another, heads x patches. */
export function meanOf(maps: Float32Array, heads: number): Float32Array {
  const patches = maps.length / heads;
  const out = new Float32Array(patches);
  for (let i = 0; i < maps.length; i++) {
    out[i % patches] = (out[i % patches] as number) + (maps[i] as number) / heads;
  }
  return out;
}

/** The maps of all heads of an image, heads x patches. */
export const headsOf = ({ attention, heads, side }: Answer, image: number) =>
  attention.subarray(image * heads * side ** 2, (image + 1) * heads * side ** 2);
