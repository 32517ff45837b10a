/** How large pictures can be so that all images are seen at once. */

export interface Arrangement {
  /** Groups, one an image, beside one another; without the first image where that stands above. */
  across: number;
  /** Side of a picture in CSS pixels. */
  size: number;
  /** The first image where it stands large above the others; else null. */
  lead: Lead | null;
}

export interface Lead {
  /** Side of its pictures in CSS pixels. */
  size: number;
  /** Whether the models stand beside one another in its row, rather than one below the other. */
  inRow: boolean;
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
/** The first image, where it is large, is what one looks at: its pictures count so often. */
const WEIGHT = 2;
/** Input and masked image, which all models share; what a model draws, and how far off it is. */
const SHARED = 2;
const OWN = 2;

interface Room {
  width: number;
  height: number;
  images: number;
  /** Models. */
  lines: number;
}

/** Choose how many images stand beside one another, and how large their pictures are. */
export function arrange(width: number, height: number, images: number, lines: number): Arrangement {
  const room = { width, height, images, lines };
  const alike = allAlike(room);
  const candidates = leading(room);
  const fits = tall(alike.size, Math.ceil(images / alike.across), lines) <= height;
  if (!fits && !candidates.length) candidates.push(...scrolled(room));
  const best = candidates.toSorted((a, b) => weight(b, images) - weight(a, images))[0];
  const least = fits ? WORTH * weight(alike, images) : 0;
  return round(best && weight(best, images) > least ? best : alike);
}

/** Side of a picture where so many stand side by side. */
const widest = (width: number, pictures: number) => (width - (pictures - 1) * GAP) / pictures;
/** The same in groups of one image each. */
const widestIn = ({ width }: Room, across: number) =>
  widest((width - (across - 1) * GROUP_GAP) / across, SHARED + OWN);
/** Height of rows of images, and the side of pictures in rows of a height. */
const tall = (size: number, rows: number, lines: number) => rows * (lines * (size + LINE) + GAP);
const sideIn = (height: number, rows: number, lines: number) =>
  (height / rows - GAP) / lines - LINE;

/** What is to be seen of pictures; places that stay empty in the last row count against it. */
function weight({ across, size, lead }: Arrangement, images: number): number {
  if (!lead) return (WEIGHT + images - 1) * size ** 2;
  const others = images - 1;
  const filled = others / (across * Math.ceil(others / across));
  return WEIGHT * lead.size ** 2 + filled ** 2 * others * size ** 2;
}

function round({ across, size, lead }: Arrangement): Arrangement {
  const whole = (side: number) => Math.max(32, Math.floor(side));
  return { across, size: whole(size), lead: lead && { ...lead, size: whole(lead.size) } };
}

function allAlike(room: Room): Arrangement {
  const { height, images, lines } = room;
  let best = { across: 1, size: 0 };
  for (let across = 1; across <= images; across++) {
    const fitting = sideIn(height, Math.ceil(images / across), lines);
    // Where not all of them fit, they are scrolled through rather than made too small.
    const size = Math.min(widestIn(room, across), Math.max(fitting, LEAST), MOST);
    // Of two ways to be as large the one that needs less scrolling.
    if (size >= best.size) best = { across, size };
  }
  return { ...best, lead: null };
}

/** How models can stand in the row of the first image: how many pictures wide, and lines tall. */
function* ways({ lines }: Room): Generator<{ inRow: boolean; pictures: number; tall: number }> {
  yield { inRow: false, pictures: SHARED + OWN, tall: lines };
  if (lines > 1) yield { inRow: true, pictures: SHARED + OWN * lines, tall: 1 };
}

/** The first image large and the others in rows below it, where all of them fit. */
function leading(room: Room): Arrangement[] {
  const { width, height, images, lines } = room;
  const found: Arrangement[] = [];
  for (const way of ways(room)) {
    const most = Math.min(widest(width, way.pictures), MOST);
    for (let across = 1; across < images; across++) {
      const rows = Math.ceil((images - 1) / across);
      const wide = widestIn(room, across);
      const beside = sideIn(height - tall(most, 1, way.tall), rows, lines);
      // As large as the width allows, as the first image leaves room for, or just to be told apart.
      for (const side of [wide, Math.min(wide, beside), LEAST_BESIDE]) {
        const left = height - tall(side, rows, lines);
        const size = Math.min(most, sideIn(left, 1, way.tall));
        if (side < LEAST_BESIDE || side > wide || size <= side) continue;
        found.push({ across, size: side, lead: { size, inRow: way.inRow } });
      }
    }
  }
  return found;
}

/** The first image fills what is seen; one scrolls to the others, as many of them in a row as can be. */
function scrolled(room: Room): Arrangement[] {
  const { width, height, images } = room;
  const across = Array.from({ length: Math.max(0, images - 1) }, (_, i) => images - 1 - i).find(
    (many) => widestIn(room, many) >= LEAST_BESIDE,
  );
  if (!across) return [];
  const side = Math.min(widestIn(room, across), LEAST);
  const found = [...ways(room)].flatMap(({ inRow, pictures, tall }) => {
    const size = Math.min(widest(width, pictures), sideIn(height, 1, tall), MOST);
    return size > side ? [{ across, size: side, lead: { size, inRow } }] : [];
  });
  // Below models in a row the others begin to be seen.
  const low = found.filter(({ lead }) => lead.inRow && lead.size >= LEAST);
  return low.length ? low : found;
}
