/** A figure for print: what stands where on the paper, before anything draws it. */

import type { Rgb } from "../../../color/palette";
import { magnitude } from "../../../recipes/words";
import { cameraFrom, projectAll, type Size } from "../camera";
import type { Coloring } from "../colors";
import type { Layout } from "../layout";
import { Grid } from "../picking/grid";
import { meanSpacing } from "../scene";
import { type Dots, dotsOf } from "./dots";
import { keyBelow, keyBeside } from "./key";
import type { Paper } from "./paper";
import { type Measure, wrapped } from "./text";
import { type Thumbnail, thumbnailsOf } from "./thumbnails";

/** What the screen shows, as far as a figure repeats it. */
export interface Source {
  layout: Layout;
  coloring: Coloring;
  hidden: ReadonlySet<number>;
  /** Camera numbers as in a link; empty shows everything. */
  camera: readonly number[];
  /** The window that the camera looks through. */
  window: Size;
  /** Whether there are thumbnails for points that lie far apart. */
  thumbnails: boolean;
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

interface Ring {
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
  /** Images that stand on the dots. */
  thumbnails: Thumbnail[];
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

/** Least height of a map, as a share of its width. */
const FLATTEST = 0.4;

/** Lay out a figure; `measure` tells how wide words are. */
export function layFigure(source: Source, options: Options, measure: Measure): Figure {
  const { paper } = options;
  const gap = paper.type * 0.8;
  const line = paper.type * 1.4;
  // Nothing touches the edge of the paper.
  const margin = paper.type * 0.5;
  const room = paper.width - 2 * margin;
  const words: Words[] = [];
  let top = margin;
  if (options.sentence) {
    for (const text of wrapped(source.sentence, room, paper.type, measure)) {
      top += line;
      words.push({ x: margin, y: top - line + paper.type, text, bold: false, anchor: "start" });
    }
    top += gap;
  }

  const entries = source.coloring.legend.filter((e) => e.count > 0 && !source.hidden.has(e.index));
  const range = source.coloring.range;
  const ends = range && ([magnitude(range.low), magnitude(range.high)] as const);
  const key = { title: source.coloring.title, entries, ends, type: paper.type, measure };
  const beside = keyBeside(key, room);
  const width = beside.width ? room - beside.width - gap : room;
  const tallest = paper.width * paper.tallest - top - margin;
  const fits = beside.height <= Math.min(tallest, width * shapeOf(source));
  const below = fits ? null : keyBelow(key, room);
  const frame: Box = { x: margin, y: top, width: fits ? width : room, height: 0 };
  const left = below ? tallest - below.height - gap : tallest;
  const least = frame.width * FLATTEST;
  frame.height = Math.max(least, Math.min(left, frame.width * shapeOf(source)));
  const [dx, dy] = below ? [margin, top + frame.height + gap] : [margin + room - beside.width, top];
  const shown = below ?? beside;
  words.push(...shown.words.map((each) => ({ ...each, x: each.x + dx, y: each.y + dy })));

  const bottom = below ? dy + below.height : Math.max(top + frame.height, dy + beside.height);
  return {
    paper,
    width: paper.width,
    height: bottom + margin,
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
  return Number.isFinite(shape) ? shape : 1;
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
  return { dots, lines, rings, thumbnails: imagesOf(source, dots, frame.width) };
}

function imagesOf(source: Source, dots: Dots, width: number): Thumbnail[] {
  const { layout, window } = source;
  if (!source.thumbnails) return [];
  const insets = { top: 0, right: 0, bottom: 0, left: 0 };
  const camera = cameraFrom(source.camera, layout.dimensions, layout.extents, window, insets);
  const grid = new Grid(layout.positions);
  const spacing = meanSpacing({ layout, grid, camera, size: window });
  return thumbnailsOf(dots, spacing, window, width, layout.dimensions === 3);
}
