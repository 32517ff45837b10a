/** How large pictures can be so that all images are seen at once. */

export interface Arrangement {
  /** Groups, one an image, beside one another. */
  across: number;
  /** Side of a picture in CSS pixels. */
  size: number;
}

/** Between pictures of an image, between images, and what is written under each picture. */
export const GAP = 8;
export const GROUP_GAP = 32;
export const LINE = 24;
const LEAST = 96;
const MOST = 320;

/**
 * Choose how many images stand beside one another, and how large their pictures are.
 *
 * @param pictures pictures of an image beside one another
 * @param lines models, one below the other
 */
export function arrange(
  width: number,
  height: number,
  images: number,
  pictures: number,
  lines: number,
): Arrangement {
  let best: Arrangement = { across: 1, size: 0 };
  for (let across = 1; across <= images; across++) {
    const below = Math.ceil(images / across);
    const room = (width - (across - 1) * GROUP_GAP) / across;
    const wide = (room - (pictures - 1) * GAP) / pictures;
    const tall = (height / below - GAP) / lines - LINE;
    // Where not all of them fit, they are scrolled through rather than made too small.
    const size = Math.min(wide, Math.max(tall, LEAST), MOST);
    // Of two ways to be as large the one that needs less scrolling.
    if (size >= best.size) best = { across, size };
  }
  return { across: best.across, size: Math.max(32, Math.floor(best.size)) };
}
