/** Which rows are meant by a place, an outline or a direction on the picture. */

import { type Camera, FlatCamera, projectAll, type Size } from "../camera";
import type { Layout } from "../layout";
import type { Grid } from "./grid";
import { Polygon } from "./polygon";
import { type Direction, stepFrom } from "./walk";

/** What there is to pick from. */
export interface Pickable {
  layout: Layout;
  grid: Grid;
  camera: Camera;
  size: Size;
  /** Hidden rows cannot be picked. */
  visible: (row: number) => boolean;
}

/** The row nearest to a pixel, within `reach` pixels. */
export function rowAt(from: Pickable, x: number, y: number, reach: number): number | null {
  const { camera, grid, size, visible } = from;
  if (camera instanceof FlatCamera) {
    const [px, py] = camera.unproject(x, y, size);
    return grid.nearest(px, py, reach / camera.scale(size), visible);
  }
  const pixels = pixelsOf(from);
  let best: number | null = null;
  let least = reach * reach;
  for (let row = 0; row < pixels.length / 2; row++) {
    const dx = (pixels[row * 2] as number) - x;
    const dy = (pixels[row * 2 + 1] as number) - y;
    const distance = dx * dx + dy * dy;
    if (distance <= least && visible(row)) {
      least = distance;
      best = row;
    }
  }
  return best;
}

/** The rows inside an outline of pixels (x, y pairs). */
export function rowsWithin(from: Pickable, corners: readonly number[]): number[] {
  return new Polygon(corners).rows(pixelsOf(from), from.visible);
}

/** The next row to one side. */
export function rowBeside(from: Pickable, row: number, direction: Direction): number | null {
  return stepFrom(row, direction, pixelsOf(from), from.visible);
}

/** How far from a row, in the layout's units, its nearest `share` of all rows reaches. */
export function reachOf({ positions, count }: Layout, row: number, share: number): number {
  const [x, y, z] = [0, 1, 2].map((axis) => positions[row * 3 + axis] as number) as [
    number,
    number,
    number,
  ];
  const distances = new Float32Array(count);
  for (let other = 0; other < count; other++) {
    const dx = (positions[other * 3] as number) - x;
    const dy = (positions[other * 3 + 1] as number) - y;
    const dz = (positions[other * 3 + 2] as number) - z;
    distances[other] = Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
  distances.sort();
  const last = Math.min(count - 1, Math.max(FEWEST, Math.round(count * share)));
  return distances[last] || 0.1;
}

/** A cluster has at least this many points. */
const FEWEST = 12;

const pixelsOf = ({ layout, camera, size }: Pickable) =>
  projectAll(layout.positions, camera.matrix(size), size);
