/** Sizes that figures are made for. */

export interface Paper {
  name: "column" | "page" | "slide";
  title: string;
  /** Width in CSS pixels, 96 an inch: what lines and letters are measured by. */
  width: number;
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
  { name: "column", title: "One column, 85 mm", width: 85 * MM, type: 9.3, scale: PRINT },
  { name: "page", title: "Two columns, 180 mm", width: 180 * MM, type: 10.7, scale: PRINT },
  { name: "slide", title: "Slide, 1920 px", width: 960, type: 16, scale: 2 },
];

/** Dots an inch that a picture says it has. */
export const resolutionOf = ({ scale }: Paper) => 96 * scale;
