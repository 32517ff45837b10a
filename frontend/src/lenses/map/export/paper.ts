/** Sizes that figures are made for. */

export interface Paper {
  name: "column" | "page" | "slide";
  title: string;
  /** Width in CSS pixels, 96 an inch: what lines and letters are measured by. */
  width: number;
  /** The figure's greatest height, as a share of its width. */
  tallest: number;
  /** Size of letters, CSS pixels. */
  type: number;
  /** Pixels of the picture per CSS pixel. */
  scale: number;
}

const MM = 96 / 25.4;
/** 300 dots an inch. */
const PRINT = 300 / 96;

/** One and two columns of a journal, and a slide as wide as a projector shows it. */
export const PAPERS: readonly Paper[] = [
  paper("column", "One column, 85 mm", 85 * MM, 1.4, 9.3, PRINT),
  paper("page", "Two columns, 180 mm", 180 * MM, 1.25, 10.7, PRINT),
  paper("slide", "Slide, 1920 px", 960, 9 / 16, 16, 2),
];

function paper(
  name: Paper["name"],
  title: string,
  width: number,
  tallest: number,
  type: number,
  scale: number,
): Paper {
  return { name, title, width, tallest, type, scale };
}

/** Dots an inch that a picture says it has. */
export const resolutionOf = ({ scale }: Paper) => 96 * scale;
