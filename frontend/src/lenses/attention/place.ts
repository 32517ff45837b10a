/** The patch that is asked about: a place in an image, whatever grid lies over it. */

export interface Place {
  /** Which of the shown images. */
  image: number;
  /** Shares of width and height, from the top left. */
  x: number;
  y: number;
}

/** The place of the middle of a patch. */
export const placeOf = (image: number, patch: number, side: number): Place => ({
  image,
  x: ((patch % side) + 0.5) / side,
  y: (Math.floor(patch / side) + 0.5) / side,
});

/** The block of another network that lies as far along. */
export const sameDepth = (block: number, of: number, among: number) =>
  of > 1 ? Math.round((block / (of - 1)) * (among - 1)) : among - 1;
