/** A figure for print: what stands where on the paper, before anything draws it. */

import type { Rgb } from "../../../color/palette";
import { magnitude } from "../../../recipes/words";
import { cameraFrom, projectAll, type Size } from "../camera";
import type { Coloring } from "../colors";
import type { Layout } from "../layout";
import { type Dots, dotsOf } from "./dots";
import { keyBelow, keyBeside } from "./key";
import type { Paper } from "./paper";
import { type Measure, wrapped } from "./text";

/** What the screen shows, as far as a figure repeats it. */
export interface Source {
  layout: Layout;
  coloring: Coloring;
  hidden: ReadonlySet<number>;
  /** Camera numbers as in a link; empty shows everything. */
  camera: readonly number[];
  /** The window that the camera looks through. */
  window: Size;
  selected: Int32Array;
  primary: number | null;
  neighbors: readonly number[];
  /** What the figure shows, in a sentence. */
  sentence: string;
}

export interface Options {
  paper: Paper;
  sentence: boolean;
  selection: boolean;
}

export interface Words {
  x: number;
  /** The line that the letters stand on. */
  y: number;
  text: string;
  bold: boolean;
  anchor: "start" | "end";
}

export interface Swatch {
  x: number;
  y: number;
  radius: number;
  color: Rgb;
}

export interface Ring {
  x: number;
  y: number;
  radius: number;
  stroke: number;
  color: Rgb;
}

export interface Box extends Size {
  x: number;
  y: number;
}

/** All lengths in CSS pixels of the paper. */
export interface Figure extends Size {
  paper: Paper;
  frame: Box;
  dots: Dots;
  /** Lines from the primary row to its neighbors: x, y of both ends. */
  lines: [number, number, number, number][];
  rings: Ring[];
  swatches: Swatch[];
  /** Where the colors of magnitudes are shown. */
  ramp: Box | null;
  words: Words[];
}

/** Paper is white whatever the theme of the screen is. */
export const GROUND: Rgb = [255, 255, 255];
export const INK: Rgb = [26, 29, 33];
const ACCENT: Rgb = [31, 84, 199];

/** Height of a figure of a whole map, as a share of its width. */
const TALLEST = 1.25;
const FLATTEST = 0.4;

/** Lay out a figure; `measure` tells how wide words are. */
export function layFigure(source: Source, options: Options, measure: Measure): Figure {
  const { paper } = options;
  const gap = paper.type * 0.8;
  const line = paper.type * 1.4;
  const words: Words[] = [];
  let top = 0;
  if (options.sentence) {
    for (const text of wrapped(source.sentence, paper.width, paper.type, measure)) {
      top += line;
      words.push({ x: 0, y: top - line + paper.type, text, bold: false, anchor: "start" });
    }
    top += gap;
  }

  const entries = source.coloring.legend.filter((e) => e.count > 0 && !source.hidden.has(e.index));
  const range = source.coloring.range;
  const ends = range && ([magnitude(range.low), magnitude(range.high)] as const);
  const key = { title: source.coloring.title, entries, ends, type: paper.type, measure };
  const beside = keyBeside(key, paper.width);
  const width = beside.width ? paper.width - beside.width - gap : paper.width;
  const fits = beside.height <= width * shapeOf(source);
  const frame: Box = { x: 0, y: top, width: fits ? width : paper.width, height: 0 };
  frame.height = frame.width * shapeOf(source);
  const below = fits ? null : keyBelow(key, paper.width);
  const [dx, dy] = below ? [0, top + frame.height + gap] : [paper.width - beside.width, top];
  const shown = below ?? beside;
  words.push(...shown.words.map((each) => ({ ...each, x: each.x + dx, y: each.y + dy })));

  const bottom = below ? dy + below.height : top + frame.height;
  return {
    paper,
    width: paper.width,
    height: bottom,
    frame,
    ...mapOf(source, options, frame),
    swatches: shown.swatches.map((each) => ({ ...each, x: each.x + dx, y: each.y + dy })),
    ramp: shown.ramp && { ...shown.ramp, x: shown.ramp.x + dx, y: shown.ramp.y + dy },
    words,
  };
}

/** Height of the map as a share of its width: the map's own, or the window's for a part of it. */
function shapeOf({ camera, layout, window }: Source): number {
  const [ex, ey] = layout.extents;
  const whole = camera.length === 0 && layout.dimensions === 2;
  const shape = whole ? ey / Math.max(ex, 1e-6) : window.height / Math.max(window.width, 1);
  return Math.min(TALLEST, Math.max(FLATTEST, shape));
}

function mapOf(source: Source, options: Options, frame: Box) {
  const { layout, coloring } = source;
  const insets = { top: 0, right: 0, bottom: 0, left: 0 };
  const camera = cameraFrom(source.camera, layout.dimensions, layout.extents, frame, insets);
  const selected = options.selection ? source.selected : new Int32Array(0);
  const dots = dotsOf({ layout, rgba: coloring.rgba, camera, size: frame, selected });
  const lines: Figure["lines"] = [];
  const rings: Ring[] = [];
  const place = (row: number): [number, number] | null => {
    const at = layout.positions.slice(row * 3, row * 3 + 3);
    const [x = Number.NaN, y = Number.NaN] = projectAll(at, camera.matrix(frame), frame);
    const inside = x >= 0 && y >= 0 && x <= frame.width && y <= frame.height;
    return inside ? [x, y] : null;
  };
  const ring = (at: [number, number], color: Rgb, extra: number, stroke: number) =>
    rings.push({ x: at[0], y: at[1], radius: (dots.diameter + extra - stroke) / 2, stroke, color });
  const center =
    options.selection && source.primary !== null && source.primary < layout.count
      ? place(source.primary)
      : null;
  if (center) {
    for (const row of source.neighbors) {
      const at = row < layout.count ? place(row) : null;
      if (!at) continue;
      lines.push([...center, ...at]);
      ring(at, INK, 5, 1.25);
    }
    ring(center, ACCENT, 11, 2.5);
  }
  return { dots, lines, rings };
}
