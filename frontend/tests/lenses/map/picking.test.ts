import { describe, expect, it } from "vitest";
import { FlatCamera, OrbitCamera } from "../../../src/lenses/map/camera";
import { Grid } from "../../../src/lenses/map/picking/grid";
import { reachOf, rowAt, rowsWithin } from "../../../src/lenses/map/picking/pick";
import { Polygon } from "../../../src/lenses/map/picking/polygon";
import { stepFrom } from "../../../src/lenses/map/picking/walk";

function scatter(count: number): Float32Array {
  let state = 42;
  const positions = new Float32Array(count * 3);
  for (let i = 0; i < positions.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    positions[i] = i % 3 === 2 ? 0 : (state / 2 ** 32) * 2 - 1;
  }
  return positions;
}

const all = () => true;
const positions = scatter(2000);
const grid = new Grid(positions);
const away = (row: number, x: number, y: number) =>
  Math.hypot((positions[row * 3] as number) - x, (positions[row * 3 + 1] as number) - y);

describe("Grid", () => {
  it("finds the same nearest row as looking at all of them", () => {
    for (let i = 0; i < 100; i++) {
      const [x, y] = [positions[i * 3 + 30] as number, positions[i * 3 + 91] as number];
      const rows = Array.from({ length: 2000 }, (_, row) => row);
      const best = rows.reduce((a, b) => (away(b, x, y) < away(a, x, y) ? b : a));
      expect(grid.nearest(x, y, 0.5, all)).toBe(best);
    }
  });

  it("finds nothing out of reach, outside, or hidden", () => {
    expect(grid.nearest(0, 0, 1e-6, all)).toBeNull();
    expect(grid.nearest(9, 9, 0.5, all)).toBeNull();
    expect(grid.nearest(0, 0, 0.5, () => false)).toBeNull();
  });

  it("lists the rows in a box", () => {
    const rows = grid.within(-0.2, 0.1, 0.3, 0.4);
    const wanted = Array.from({ length: 2000 }, (_, row) => row).filter((row) => {
      const [x, y] = [positions[row * 3] as number, positions[row * 3 + 1] as number];
      return x >= Math.fround(-0.2) && x <= 0.3 && y >= 0.1 && y <= 0.4;
    });
    expect(rows.toSorted((a, b) => a - b)).toEqual(wanted);
    expect(grid.countNear(-0.2, 0.1, 0.3, 0.4)).toBeGreaterThanOrEqual(rows.length);
  });

  it("leaves out rows without a place", () => {
    const holes = new Float32Array([0, 0, 0, Number.NaN, 0, 0, 0.5, 0.5, 0]);
    expect(new Grid(holes).within(-1, -1, 1, 1)).toEqual([0, 2]);
    expect(new Grid(new Float32Array(0)).nearest(0, 0, 1, all)).toBeNull();
  });
});

describe("Polygon", () => {
  /** An L: its notch at the upper right is outside. */
  const corner = new Polygon([0, 0, 2, 0, 2, 1, 1, 1, 1, 3, 0, 3]);

  it.each([
    [0.5, 0.5, true],
    [1.5, 0.5, true],
    [0.5, 2.5, true],
    [1.5, 2, false],
    [-0.1, 1, false],
    [1, 9, false],
    [Number.NaN, 1, false],
  ])("(%d, %d) inside: %j", (x, y, inside) => {
    expect(corner.contains(x, y)).toBe(inside);
  });

  it("agrees with a plain even-odd test on a wild outline", () => {
    const corners = Array.from({ length: 400 }, (_, i) => {
      const angle = (i >> 1) * 2.4;
      const radius = 100 + 80 * Math.sin((i >> 1) * 1.7);
      return i % 2 ? radius * Math.sin(angle) : radius * Math.cos(angle);
    });
    const polygon = new Polygon(corners);
    const plain = (x: number, y: number) => {
      let inside = false;
      for (let i = 0; i < 200; i++) {
        const [ax, ay] = [corners[i * 2] as number, corners[i * 2 + 1] as number];
        const j = (i + 1) % 200;
        const [bx, by] = [corners[j * 2] as number, corners[j * 2 + 1] as number];
        if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      }
      return inside;
    };
    for (let row = 0; row < 2000; row++) {
      const [x, y] = [
        (positions[row * 3] as number) * 200,
        (positions[row * 3 + 1] as number) * 200,
      ];
      expect(polygon.contains(x, y)).toBe(plain(x, y));
    }
  });

  it("holds nothing when it is a line", () => {
    expect(new Polygon([0, 0, 5, 0]).contains(2, 0)).toBe(false);
  });
});

describe("picking", () => {
  const size = { width: 800, height: 600 };
  const layout = { count: 2000, dimensions: 2 as const, positions, extents: [1, 1, 0] as const };
  const flat = { layout, grid, camera: new FlatCamera(0, 0, 1), size, visible: all };

  it("takes the same rows by an outline of the window in 2D and in 3D", () => {
    const edge = [0, 0, 800, 0, 800, 600, 0, 600];
    expect(rowsWithin(flat, edge)).toHaveLength(2000);
    const front = { ...flat, camera: new OrbitCamera(0, 0, 1) };
    expect(rowsWithin(front, edge)).toHaveLength(2000);
  });

  it("picks the row under the pointer, with and without the grid", () => {
    const camera = new FlatCamera(0, 0, 20);
    const [x, y] = [positions[600] as number, positions[601] as number];
    const at = { ...flat, camera: camera.centered(x, y, 0, 1) };
    expect(rowAt(at, 400, 300, 3)).toBe(200);
    const orbit = new OrbitCamera(0, 0, 20, [x, y, 0]);
    expect(rowAt({ ...flat, camera: orbit }, 400, 300, 3)).toBe(200);
  });

  it("measures how far a cluster reaches", () => {
    const reach = reachOf(layout, 200, 0.01);
    const [x, y] = [positions[600] as number, positions[601] as number];
    const inside = Array.from({ length: 2000 }, (_, row) => row).filter(
      (row) => away(row, x, y) <= reach + 1e-6,
    );
    expect(inside).toHaveLength(21);
  });
});

describe("stepFrom", () => {
  const cross = new Float32Array([50, 50, 90, 52, 10, 50, 50, 10, 55, 90, 51, 58]);

  it.each([
    ["right", 1],
    ["left", 2],
    ["up", 3],
    ["down", 5],
  ] as const)("goes %s to %d", (direction, row) => {
    expect(stepFrom(0, direction, cross, all)).toBe(row);
  });

  it("stops at the edge and passes over hidden rows", () => {
    expect(stepFrom(1, "right", cross, all)).toBeNull();
    expect(stepFrom(0, "down", cross, (row) => row !== 5)).toBe(4);
  });
});
