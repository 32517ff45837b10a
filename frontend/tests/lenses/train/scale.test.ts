import { describe, expect, it } from "vitest";
import { isWide, type Line, nearest, rangeOf, smooth } from "../../../src/lenses/train/scale";
import { inFewDigits, ticksBetween, tickText } from "../../../src/pictures/ticks";

const line = (y: number[], noisy = true): Line => ({
  title: "",
  color: "",
  noisy,
  x: y.map((_, i) => i),
  y,
});

describe("ranges", () => {
  it("hold all finite values with a margin, but no negative room below none", () => {
    const range = rangeOf([line([0.1, Number.NaN, 1.1]), line([0.5])]);
    expect(range?.high).toBeCloseTo(1.16);
    expect(range?.low).toBeCloseTo(0.04);
    expect(rangeOf([line([0, 1])])?.low).toBe(0);
    expect(rangeOf([line([2, 2])])).toEqual({ low: 1.88, high: 2.12 });
    expect(rangeOf([line([])])).toBeNull();
    expect(rangeOf([line([0.5])], { low: 0, high: 1 })).toEqual({ low: 0, high: 1 });
  });

  it("are logarithmic where a noisy line spans many powers", () => {
    expect(isWide([line([0.01, 3])])).toBe(true);
    expect(isWide([line([0.5, 3])])).toBe(false);
    expect(isWide([line([-0.01, 3])])).toBe(false);
    expect(isWide([line([0.01, 3], false)])).toBe(false);
  });
});

describe("smooth", () => {
  it("leaves a constant and a short line as they are", () => {
    expect(smooth([2, 2, 2])).toEqual([2, 2, 2]);
    expect(smooth([1, 5, 3])).toEqual([1, 5, 3]);
  });

  it("lessens noise and keeps gaps", () => {
    const noise = Array.from({ length: 300 }, (_, i) => 1 + (i % 2 ? 0.5 : -0.5));
    const mean = smooth(noise);
    expect(Math.abs((mean.at(-1) as number) - 1)).toBeLessThan(0.15);
    expect(smooth([1, Number.NaN, 1])[1]).toBeNaN();
  });
});

it("finds the nearest point", () => {
  expect(nearest([0, 10, 20], 14)).toBe(1);
  expect(nearest([0, 10, 20], 99)).toBe(2);
  expect(nearest([], 3)).toBe(-1);
});

describe("ticks", () => {
  it("are round numbers within", () => {
    expect(ticksBetween(0, 560, 6)).toEqual([0, 100, 200, 300, 400, 500]);
    expect(ticksBetween(0.13, 0.42, 3)).toEqual([0.2, 0.3, 0.4]);
    expect(ticksBetween(2, 2, 3)).toEqual([2]);
    expect(ticksBetween(Number.NaN, 2, 3)).toEqual([]);
  });

  it("stand beside values in three digits", () => {
    expect([0, 1 / 3, 1 / 3000, 12.345].map(inFewDigits)).toEqual([
      "0.00",
      "0.333",
      "3.33e-4",
      "12.3",
    ]);
  });

  it("are written short", () => {
    expect([0, 0.25, 1200, 0.0002, 3e6].map(tickText)).toEqual([
      "0",
      "0.25",
      "1,200",
      "2e-4",
      "3e6",
    ]);
  });
});
