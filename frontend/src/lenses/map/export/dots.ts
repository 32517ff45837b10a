/** The points of a map as dots on paper, in drawing order. */

import { hasRow } from "../../../state/selection.svelte";
import { type Camera, OrbitCamera, projectAll, type Size } from "../camera";
import { drawingOrder, type Layout } from "../layout";
import { Grid } from "../picking/grid";
import { meanSpacing, pointStyle } from "../scene";

/** Dots in drawing order: CSS pixels from the top left of the map. */
export interface Dots {
  count: number;
  rows: Uint32Array;
  x: Float32Array;
  y: Float32Array;
  radius: Float32Array;
  /** Red, green, blue and opacity of each. */
  rgba: Uint8Array;
  /** Diameter of a dot in the middle of the picture. */
  diameter: number;
}

export interface Placed {
  layout: Layout;
  rgba: Uint8Array;
  camera: Camera;
  size: Size;
  /** Rows that stand out; one or none lets all alike. */
  selected: Int32Array;
}

/** How far the dots that are not selected step back. */
const FADED = 0.2;

/** The dots within the map's frame: the same sizes and opacities as on the screen. */
export function dotsOf({ layout, rgba, camera, size, selected }: Placed): Dots {
  const matrix = camera.matrix(size);
  const pixels = projectAll(layout.positions, matrix, size);
  const grid = new Grid(layout.positions);
  const { diameter, opacity } = pointStyle(
    meanSpacing({ layout, grid, camera, size }),
    layout.count,
  );
  const many = selected.length > 1;
  const away = camera instanceof OrbitCamera ? distances(layout.positions, matrix) : null;
  const depth = camera instanceof OrbitCamera ? camera.distance : 0;
  const radiusOf = (row: number) => {
    const wide = away
      ? Math.min(64, Math.max(1, (diameter * depth) / (away[row] as number)))
      : diameter;
    return wide / 2;
  };
  const inside = (row: number) => {
    const [x, y, r] = [pixels[row * 2] as number, pixels[row * 2 + 1] as number, radiusOf(row)];
    return x > -r && y > -r && x < size.width + r && y < size.height + r;
  };
  const rows = drawingOrder(layout.count).filter((row) => rgba[row * 4 + 3] !== 0 && inside(row));
  // What is far is drawn first, and what is selected last.
  if (away) rows.sort((a, b) => (away[b] as number) - (away[a] as number));
  const back = many ? rows.filter((row) => !hasRow(selected, row)) : rows;
  const front = many ? rows.filter((row) => hasRow(selected, row)) : rows.subarray(0, 0);

  const dots: Dots = {
    count: rows.length,
    rows: new Uint32Array(rows.length),
    x: new Float32Array(rows.length),
    y: new Float32Array(rows.length),
    radius: new Float32Array(rows.length),
    rgba: new Uint8Array(rows.length * 4),
    diameter,
  };
  let at = 0;
  const put = (row: number, share: number, larger: number) => {
    dots.rows[at] = row;
    dots.x[at] = pixels[row * 2] as number;
    dots.y[at] = pixels[row * 2 + 1] as number;
    dots.radius[at] = radiusOf(row) * larger;
    dots.rgba.set(rgba.subarray(row * 4, row * 4 + 3), at * 4);
    // What the filter leaves out is as faint on paper as on the screen.
    dots.rgba[at * 4 + 3] = Math.round(share * (rgba[row * 4 + 3] as number));
    at += 1;
  };
  for (const row of back) put(row, many ? FADED * opacity : opacity, 1);
  for (const row of front) put(row, 1, 1.15);
  return dots;
}

/** Distance of each row from the eye: the last line of the camera's matrix. */
function distances(positions: Float32Array, matrix: Float32Array): Float32Array {
  const [a, b, c, d] = [3, 7, 11, 15].map((i) => matrix[i] as number) as [
    number,
    number,
    number,
    number,
  ];
  const out = new Float32Array(positions.length / 3);
  for (let row = 0; row < out.length; row++) {
    const [x, y, z] = [0, 1, 2].map((axis) => positions[row * 3 + axis] as number) as [
      number,
      number,
      number,
    ];
    out[row] = a * x + b * y + c * z + d;
  }
  return out;
}
