import { describe, expect, it } from "vitest";
import { drawingOrder, layoutOf } from "../../../src/lenses/map/layout";

const points = (values: number[], axes: number) => ({
  shape: [values.length / axes, axes],
  data: new Float32Array(values),
});

describe("layoutOf", () => {
  it("centers and scales without stretching", () => {
    const { positions, extents } = layoutOf(points([10, 5, 14, 5, 12, 6], 2));
    expect([...positions]).toEqual([-1, -0.25, 0, 1, -0.25, 0, 0, 0.25, 0]);
    expect(extents).toEqual([1, 0.25, 0]);
  });

  it("keeps the third axis", () => {
    const { dimensions, positions } = layoutOf(points([0, 0, -2, 0, 0, 2], 3));
    expect(dimensions).toBe(3);
    expect([...positions]).toEqual([0, 0, -1, 0, 0, 1]);
  });

  it("gives rows without coordinates no place, and lets them move nobody", () => {
    const { positions } = layoutOf(points([Number.NaN, 1, -1, 0, 1, 0, Infinity, 0], 2));
    expect(positions[0]).toBeNaN();
    expect(positions[9]).toBeNaN();
    expect(positions[3]).toBe(-1);
    expect(positions[6]).toBe(1);
  });

  it("does not fail on one point, equal points, or none", () => {
    expect([...layoutOf(points([3, 4], 2)).positions]).toEqual([0, 0, 0]);
    expect([...layoutOf(points([3, 4, 3, 4], 2)).positions].every((v) => v === 0)).toBe(true);
    expect(layoutOf({ shape: [0, 2], data: new Float32Array(0) }).count).toBe(0);
    expect([...layoutOf(points([Number.NaN, Number.NaN], 2)).positions.slice(0, 2)]).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
  });

  it.each([[[4]], [[2, 4]], [[2, 2, 2]]])("refuses an array of shape %j", (shape) => {
    expect(() => layoutOf({ shape, data: new Float32Array(8) })).toThrow(/2 or 3 axes/);
  });
});

describe("drawingOrder", () => {
  it("is a permutation, the same every time, and mixes early with late", () => {
    const order = drawingOrder(10_000);
    expect(new Set(order).size).toBe(10_000);
    expect(order).toEqual(drawingOrder(10_000));
    const mean = order.slice(0, 1000).reduce((a, b) => a + b, 0) / 1000;
    expect(Math.abs(mean - 5000)).toBeLessThan(400);
  });
});
