import { describe, expect, it } from "vitest";
import type { Manifest } from "../../../../src/api/types";
import {
  curvePath,
  meanOver,
  stabilityRecipe,
  stabilitySentence,
  ticks,
  trustSentence,
} from "../../../../src/lenses/map/trust/trust";

const trust = (recall: number, k = 15) =>
  ({ metrics: { recall }, meta: { k } }) as unknown as Manifest;

describe("trust", () => {
  it("says the strict measure, and what means nothing", () => {
    expect(trustSentence(trust(0.54), false)).toBe(
      "On this map 54% of the 15 nearest neighbors survive; sizes of clusters and far distances mean nothing.",
    );
    expect(trustSentence(trust(0.123, 7), true)).toBe(
      "On this map 12% of the 7 nearest neighbors survive.",
    );
  });

  it("means over the rows that have a value", () => {
    const values = Float32Array.of(0.5, Number.NaN, 1);
    expect(meanOver(values, Int32Array.of(0, 1, 2))).toBe(0.75);
    expect(meanOver(values, Int32Array.of(1, 9))).toBeNull();
  });

  it("draws the curve over a logarithmic axis, within its box", () => {
    const box = { width: 100, height: 10 };
    expect(curvePath([1, 10, 100], [0, 0.5, 1], box)).toBe("M0.0 10.0L50.0 5.0L100.0 0.0");
    expect(curvePath([1, 100], [-0.2, 1.2], box)).toBe("M0.0 10.0L100.0 0.0");
    expect(ticks(1795)).toEqual([1, 10, 100, 1000]);
  });

  it("says how far half of the points move between maps", () => {
    const stability = { metrics: { motion: 0.083 } } as unknown as Manifest;
    expect(stabilitySentence(stability)).toBe(
      "From three random starts half of the points move less than 8.3% of the map's radius.",
    );
    const maps = [{ kind: "projection", method: "tsne", seed: 1 }];
    expect(stabilityRecipe(maps).inputs).toEqual({ projections: maps });
  });
});
