/** One frame of the map: which points, images, lines and rings, in which order. */

import type { Rgb } from "../../color/palette";
import { type Camera, FlatCamera, OrbitCamera, projectAll, type Size } from "./camera";
import type { Layout } from "./layout";
import type { Grid } from "./picking/grid";
import { Atlas, type AtlasInfo } from "./renderer/atlas";
import { type Gl, openContext, type View } from "./renderer/gl";
import { Marks, type Pair, type Ring } from "./renderer/marks";
import { Points } from "./renderer/points";
import { type Sprite, Sprites } from "./renderer/sprites";

export interface Look {
  ground: Rgb;
  ink: Rgb;
  accent: Rgb;
}

/** Everything that a frame shows. */
export interface Shown {
  layout: Layout;
  grid: Grid;
  camera: Camera;
  rgba: Uint8Array;
  selected: Int32Array;
  primary: number | null;
  hover: number | null;
  neighbors: readonly number[];
  /** The neighbors of the row under the pointer, where lines to them are wanted. */
  pointed: readonly number[];
  look: Look;
  size: Size;
  ratio: number;
  travel: number;
  /** Where the points come from while they travel. */
  before: Float32Array | null;
  /** How many points to draw: all, or a fair sample while the hand moves. */
  sample: number;
}

/** What tells how crowded a picture is. */
type Sighted = Pick<Shown, "layout" | "grid" | "camera" | "size">;

export const MOST_SPRITES = 3000;
/** Mean distance of points, in CSS pixels, over which they turn into images. */
export const IMAGES_FROM = 22;
const IMAGES_FULL = 30;

export class Scene {
  readonly #gl: Gl;
  readonly #points: Points;
  readonly #sprites: Sprites;
  readonly #marks: Marks;
  #atlas: Atlas | null = null;

  constructor(
    canvas: HTMLCanvasElement,
    private readonly onPage: () => void,
  ) {
    this.#gl = openContext(canvas);
    this.#points = new Points(this.#gl);
    this.#sprites = new Sprites(this.#gl);
    this.#marks = new Marks(this.#gl);
  }

  setLayout(layout: Layout, from: Float32Array | null): void {
    this.#points.setLayout(layout, from);
  }

  setColors(rgba: Uint8Array): void {
    this.#points.setColors(rgba);
  }

  setSelected(rows: Int32Array): void {
    this.#points.setSelected(rows);
  }

  setAtlas(info: AtlasInfo | null): void {
    this.#atlas?.destroy();
    this.#atlas = info && new Atlas(this.#gl, info, this.onPage);
  }

  /** Wait until the picture is really there; for measuring the first frame only. */
  finish(): void {
    this.#gl.readPixels(0, 0, 1, 1, this.#gl.RGBA, this.#gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  /** Give the context back at once: browsers keep few. */
  destroy(): void {
    this.#atlas?.destroy();
    this.#gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  /** Draw; returns the number of images among the points. */
  draw(shown: Shown): number {
    const { layout, camera, look, size, ratio } = shown;
    const gl = this.#gl;
    const view: View = {
      matrix: camera.matrix(size),
      width: Math.round(size.width * ratio),
      height: Math.round(size.height * ratio),
      ratio,
      depth: camera instanceof OrbitCamera ? camera.distance : 0,
    };
    const solid = view.depth > 0;
    gl.viewport(0, 0, view.width, view.height);
    gl.clearColor(look.ground[0] / 255, look.ground[1] / 255, look.ground[2] / 255, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
    this.#depthTest(solid);

    const spacing = meanSpacing(shown);
    const { opacity: dense, ...point } = pointStyle(spacing, layout.count);
    const diameter = point.diameter * ratio;
    const many = shown.selected.length > 1;
    const style = { size: diameter, travel: shown.travel, opacity: many ? 0.2 * dense : dense };
    if (solid && many) gl.depthMask(false);
    this.#points.draw(view, style, shown.sample);
    gl.depthMask(true);
    if (many) this.#points.drawSelected(view, { ...style, opacity: 1, size: diameter * 1.15 });

    this.#depthTest(false);
    const ofPrimary = { color: look.ink, opacity: 0.4, width: ratio };
    this.#marks.drawLines(view, spokes(shown, shown.primary, shown.neighbors), ofPrimary);
    const ofPointed = { color: look.accent, opacity: 0.75, width: 1.5 * ratio };
    this.#marks.drawLines(view, spokes(shown, shown.hover, shown.pointed), ofPointed);
    this.#depthTest(solid);
    const drawn = this.#drawSprites(view, shown, spacing);
    this.#depthTest(false);
    this.#marks.drawRings(view, rings(shown, diameter), look.ground);
    return drawn;
  }

  #depthTest(on: boolean): void {
    if (on) this.#gl.enable(this.#gl.DEPTH_TEST);
    else this.#gl.disable(this.#gl.DEPTH_TEST);
  }

  #drawSprites(view: View, shown: Shown, spacing: number): number {
    const atlas = this.#atlas;
    if (!atlas || spacing < IMAGES_FROM) return 0;
    const rows = visibleRows(shown);
    if (!rows.length || rows.length > MOST_SPRITES) return 0;
    atlas.want(rows);
    // In depth, points crowd: what counts is how many are in sight.
    const room = view.depth > 0 ? crowding(shown.size, rows.length) : spacing;
    const fade = Math.min(1, (spacing - IMAGES_FROM) / (IMAGES_FULL - IMAGES_FROM) + 0.25);
    const side = Math.round(spriteSide(room) * shown.ratio);
    const chosen = new Set(shown.selected.length > 1 ? shown.selected : []);
    const sprites: Sprite[] = rows.map((row) => ({
      row,
      at: placeOf(shown, row),
      frame: [
        shown.rgba[row * 4],
        shown.rgba[row * 4 + 1],
        shown.rgba[row * 4 + 2],
      ] as unknown as Rgb,
      opacity: fade * strength(shown.rgba, row) * (chosen.size && !chosen.has(row) ? 0.4 : 1),
      size: side,
    }));
    return this.#sprites.draw(view, atlas, sprites);
  }
}

/** Where a row is at this moment of its travel. */
export function placeOf(shown: Shown, row: number): [number, number, number] {
  const { positions } = shown.layout;
  const place = [0, 1, 2].map((axis) => {
    const to = positions[row * 3 + axis] as number;
    const from = shown.before?.[row * 3 + axis];
    return from === undefined ? to : from + (to - from) * shown.travel;
  });
  return place as [number, number, number];
}

/** Diameter (CSS pixels) and opacity of points that lie so far apart. */
export const pointStyle = (spacing: number, count: number) => ({
  diameter: Math.min(9, Math.max(1.5, spacing * 0.3)),
  opacity: count > 20_000 ? Math.min(1, Math.max(0.45, spacing / 4)) : 0.92,
});

/** Mean distance between the points in sight, CSS pixels. */
export function meanSpacing({ layout, grid, camera, size }: Sighted): number {
  if (camera instanceof FlatCamera) {
    const [x0, y1] = camera.unproject(0, 0, size);
    const [x1, y0] = camera.unproject(size.width, size.height, size);
    const count = grid.countNear(x0, y0, x1, y1);
    const [ex, ey] = layout.extents;
    const width = Math.min(x1, ex) - Math.max(x0, -ex);
    const height = Math.min(y1, ey) - Math.max(y0, -ey);
    const area = Math.max(0, width) * Math.max(0, height) * camera.scale(size) ** 2;
    return Math.sqrt(area / Math.max(1, count));
  }
  const zoom = camera instanceof OrbitCamera ? camera.zoom : 1;
  return (Math.min(size.width, size.height) * zoom * 0.8) / Math.sqrt(layout.count);
}

/** Side of images that have so much room, CSS pixels. */
export const spriteSide = (room: number) => Math.min(96, Math.max(16, room * 0.78));

export const crowding = ({ width, height }: Size, count: number) =>
  0.6 * Math.sqrt((width * height) / count);

/** How far images reach over the outermost points where a whole map is in sight, CSS pixels. */
export function reach(size: Size, count: number): number {
  const room = crowding(size, count);
  return room < IMAGES_FROM ? 0 : spriteSide(room) / 2;
}

function visibleRows({ layout, grid, camera, size, rgba }: Shown): number[] {
  const visible = (row: number) => rgba[row * 4 + 3] !== 0;
  if (camera instanceof FlatCamera) {
    const margin = 48;
    const [x0, y1] = camera.unproject(-margin, -margin, size);
    const [x1, y0] = camera.unproject(size.width + margin, size.height + margin, size);
    if (grid.countNear(x0, y0, x1, y1) > 4 * MOST_SPRITES) return [];
    return grid.within(x0, y0, x1, y1).filter(visible);
  }
  const pixels = projectAll(layout.positions, camera.matrix(size), size);
  const rows: number[] = [];
  for (let row = 0; row < layout.count; row++) {
    const [x, y] = [pixels[row * 2] as number, pixels[row * 2 + 1] as number];
    if (x >= 0 && x <= size.width && y >= 0 && y <= size.height && visible(row)) rows.push(row);
  }
  return rows;
}

/** How strongly a row is drawn: what is filtered out is faint. */
const strength = (rgba: Uint8Array, row: number) => (rgba[row * 4 + 3] as number) / 255;

/** Lines from a row to its neighbors: what is close in the embedding. */
function spokes(shown: Shown, row: number | null, neighbors: readonly number[]): Pair[] {
  if (row === null) return [];
  const center = placeOf(shown, row);
  return neighbors.map((other) => [center, placeOf(shown, other)]);
}

function rings(shown: Shown, diameter: number): Ring[] {
  const { look, ratio, layout } = shown;
  const ring = (row: number, color: Rgb, extra: number, stroke: number): Ring => ({
    at: placeOf(shown, row),
    color,
    diameter: diameter + extra * ratio,
    stroke: stroke * ratio,
  });
  const has = (row: number | null): row is number => row !== null && row < layout.count;
  const out = shown.neighbors.filter(has).map((row) => ring(row, look.ink, 5, 1.5));
  out.push(...shown.pointed.filter(has).map((row) => ring(row, look.accent, 4, 1.5)));
  if (has(shown.primary)) out.push(ring(shown.primary, look.accent, 13, 3));
  if (has(shown.hover)) out.push(ring(shown.hover, look.ink, 9, 2));
  return out;
}
