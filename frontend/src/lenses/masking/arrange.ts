/** How large pictures can be so that all images are seen at once. */

export interface Arrangement {
  /** Groups, one an image, beside one another. */
  across: number;
  /** Side of a picture in CSS pixels. */
  size: number;
  /** Side of the pictures of the first image, which then stands above the others; else null. */
  lead: number | null;
}

/** Between pictures of an image, between images, and what is written under each picture. */
export const GAP = 8;
export const GROUP_GAP = 32;
export const LINE = 24;
const LEAST = 96;
const MOST = 448;
/** Beside a large first image the others need only be told apart. */
const LEAST_BESIDE = 64;
/** How much more of the room pictures have to cover before one image stands out. */
const WORTH = 1.2;

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
  const alike = allAlike(width, height, images, pictures, lines);
  const leading = firstLarge(width, height, images, pictures, lines);
  const covered = images * alike.size ** 2;
  return leading && leading.covered > WORTH * covered ? leading.arrangement : alike;
}

const widest = (room: number, pictures: number) => (room - (pictures - 1) * GAP) / pictures;
const whole = (size: number) => Math.max(32, Math.floor(size));

function allAlike(
  width: number,
  height: number,
  images: number,
  pictures: number,
  lines: number,
): Arrangement {
  let best = { across: 1, size: 0 };
  for (let across = 1; across <= images; across++) {
    const below = Math.ceil(images / across);
    const room = (width - (across - 1) * GROUP_GAP) / across;
    const wide = widest(room, pictures);
    const tall = (height / below - GAP) / lines - LINE;
    // Where not all of them fit, they are scrolled through rather than made too small.
    const size = Math.min(wide, Math.max(tall, LEAST), MOST);
    // Of two ways to be as large the one that needs less scrolling.
    if (size >= best.size) best = { across, size };
  }
  return { across: best.across, size: whole(best.size), lead: null };
}

/** The first image as large as it can be and the others in rows below it, where all fit. */
function firstLarge(
  width: number,
  height: number,
  images: number,
  pictures: number,
  lines: number,
): { arrangement: Arrangement; covered: number } | null {
  let best: { arrangement: Arrangement; covered: number } | null = null;
  for (let across = 2; across < images; across++) {
    const below = Math.ceil((images - 1) / across);
    const size = widest((width - (across - 1) * GROUP_GAP) / across, pictures);
    const left = height - below * (lines * (size + LINE) + GAP) - GAP;
    const lead = Math.min(widest(width, pictures), left / lines - LINE, MOST);
    if (size < LEAST_BESIDE || lead <= size) continue;
    const covered = lead ** 2 + (images - 1) * size ** 2;
    if (best && covered <= best.covered) continue;
    best = { arrangement: { across, size: whole(size), lead: whole(lead) }, covered };
  }
  return best;
}
