import { describe, expect, it } from "vitest";
import {
  type Camera,
  cameraFrom,
  FlatCamera,
  OrbitCamera,
  projectAll,
} from "../../../src/lenses/map/camera";
import { reach } from "../../../src/lenses/map/scene";

const size = { width: 1000, height: 600 };
const none = { top: 0, right: 0, bottom: 0, left: 0 };

function pixel(camera: Camera, x: number, y: number, z = 0): [number, number] {
  const [px, py] = projectAll(new Float32Array([x, y, z]), camera.matrix(size), size);
  return [px as number, py as number];
}

function expectNear(actual: readonly number[], wanted: readonly number[], tolerance = 1e-3): void {
  for (const [i, value] of wanted.entries()) {
    expect(Math.abs((actual[i] as number) - value)).toBeLessThan(tolerance);
  }
}

describe("FlatCamera", () => {
  const camera = new FlatCamera(0.2, -0.1, 3);

  it("unprojects what it projects", () => {
    const [px, py] = pixel(camera, 0.31, -0.05);
    expectNear(camera.unproject(px, py, size), [0.31, -0.05], 1e-5);
  });

  it("has up up", () => {
    expect(pixel(camera, 0, 0.5)[1]).toBeLessThan(pixel(camera, 0, 0)[1]);
  });

  it("keeps the point under the pointer while zooming", () => {
    const before = camera.unproject(700, 100, size);
    expectNear(camera.zoomAt(2.5, 700, 100, size).unproject(700, 100, size), before, 1e-9);
  });

  it("moves with the hand", () => {
    const [x, y] = pixel(camera, 0.1, 0.1);
    expectNear(pixel(camera.drag(30, -20, size), 0.1, 0.1), [x + 30, y - 20]);
  });

  it("fits a layout into the uncovered part of the window", () => {
    const insets = { ...none, top: 50, right: 200 };
    const fit = FlatCamera.fit([1, 0.5, 0], size, insets);
    for (const [x, y] of [
      [-1, -0.5],
      [1, 0.5],
    ] as const) {
      const [px, py] = pixel(fit, x, y);
      expect(px).toBeGreaterThan(0);
      expect(px).toBeLessThan(800);
      expect(py).toBeGreaterThan(50);
      expect(py).toBeLessThan(600);
    }
    expectNear(pixel(fit, 0, 0), [400, 325]);
  });

  it("leaves room for images where there are few, and none where points stay points", () => {
    expect(reach(size, 3)).toBe(48);
    expect(reach(size, 100)).toBeGreaterThan(0);
    expect(reach(size, 100)).toBeLessThan(48);
    expect(reach(size, 1797)).toBe(0);
  });

  it("flies from one view to the other", () => {
    const far = new FlatCamera(0, 0, 1);
    const near = new FlatCamera(0.5, 0.5, 50);
    expectNear(far.toward(near, 0).numbers(), far.numbers());
    expectNear(far.toward(near, 1).numbers(), near.numbers());
    expect(far.toward(near, 0.5).zoom).toBeCloseTo(Math.sqrt(50));
  });

  it("stays within reason", () => {
    expect(camera.zoomAt(1e9, 0, 0, size).zoom).toBeLessThan(1e4);
    expect(camera.zoomAt(1e-9, 0, 0, size).zoom).toBeGreaterThan(0.1);
  });
});

describe("OrbitCamera", () => {
  const camera = new OrbitCamera(0.6, 0.35, 1, [0.1, 0, 0]);

  it("looks at its target", () => {
    expectNear(pixel(camera, 0.1, 0, 0), [500, 300]);
    expectNear(pixel(camera.drag(100, 40, size, false), 0.1, 0, 0), [500, 300]);
  });

  it("shows near things larger", () => {
    const front = new OrbitCamera(0, 0, 1);
    const [near] = pixel(front, 0.5, 0, 0.8);
    const [far] = pixel(front, 0.5, 0, -0.8);
    expect(near - 500).toBeGreaterThan(far - 500);
  });

  it("slides with the hand at the depth of its target", () => {
    const [x, y] = pixel(camera, 0.1, 0, 0);
    expectNear(pixel(camera.drag(25, -15, size, true), 0.1, 0, 0), [x + 25, y - 15], 0.5);
  });

  it("never turns over", () => {
    expect(camera.drag(0, 1e5, size, false).pitch).toBeLessThan(Math.PI / 2);
  });

  it("has no pixel for what is behind the eye", () => {
    expect(pixel(new OrbitCamera(0, 0, 4), 0, 0, 5)[0]).toBeNaN();
  });
});

describe("cameraFrom", () => {
  it("reads back what a camera writes", () => {
    const orbit = new OrbitCamera(1, 0.2, 3, [0.1, 0.2, 0.3]);
    expect(cameraFrom(orbit.numbers(), 3, [1, 1, 1], size, none)).toEqual(orbit);
    const flat = new FlatCamera(0.3, 0.4, 5);
    expect(cameraFrom(flat.numbers(), 2, [1, 1, 0], size, none)).toEqual(flat);
  });

  it.each([[[1, 2]], [[0, 0, 0]], [[0, 0, -3]], [[0, Number.NaN, 1]], [[1, 2, 3, 4, 5, 6]]])(
    "shows everything when %j is no flat camera",
    (numbers) => {
      const whole = cameraFrom([], 2, [1, 1, 0], size, none);
      expect(cameraFrom(numbers, 2, [1, 1, 0], size, none)).toEqual(whole);
    },
  );
});
