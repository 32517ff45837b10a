import { describe, expect, it } from "vitest";
import { RAMP } from "../../../src/color/ramp";
import { orderRecipe, usualOrder } from "../../../src/lenses/dissimilarity/orders";
import { paint, rankOf, shareOf } from "../../../src/lenses/dissimilarity/paint";
import {
  mirrored,
  rowsOfBlock,
  stepFor,
  tilesIn,
  within,
  zoomAt,
} from "../../../src/lenses/dissimilarity/tiles";
import { caption } from "../../../src/lenses/dissimilarity/words";
import { choose } from "../../../src/recipes/recipe";

describe("tiles", () => {
  it("have as many images a pixel as the screen can tell apart", () => {
    expect(stepFor(300, 600)).toBe(1);
    expect(stepFor(1797, 600)).toBe(2);
    expect(stepFor(20_000, 600)).toBe(32);
    expect(stepFor(10, 0)).toBe(8);
  });

  it("cover the window and begin at multiples", () => {
    expect(tilesIn({ top: 0, left: 0, span: 1797 }, 4, 1797)).toEqual([
      { top: 0, left: 0, step: 4 },
    ]);
    const some = tilesIn({ top: 500, left: 1030, span: 20 }, 1, 1797);
    expect(some).toEqual([
      { top: 0, left: 1024, step: 1 },
      { top: 512, left: 1024, step: 1 },
    ]);
    expect(mirrored(some[1] as (typeof some)[0])).toEqual({ top: 1024, left: 512, step: 1 });
  });

  it("keep what is under the pointer there", () => {
    const zoomed = zoomAt({ top: 100, left: 200, span: 400 }, 4, 0.25, 0.5, 1000);
    expect(zoomed).toEqual({ top: 250, left: 275, span: 100 });
    expect(within({ top: -5, left: 990, span: 100 }, 1000)).toEqual({
      top: 0,
      left: 900,
      span: 100,
    });
    expect(within({ top: 0, left: 0, span: 1e6 }, 3)).toEqual({ top: 0, left: 0, span: 3 });
  });
});

describe("colors", () => {
  const spread = { low: 0, high: 10, quantiles: Float32Array.of(0, 1, 2, 6, 10) };

  it("follow the rank or the value", () => {
    expect(rankOf(-1, spread)).toBe(0);
    expect(rankOf(2, spread)).toBe(0.5);
    expect(rankOf(4, spread)).toBeCloseTo(0.625);
    expect(rankOf(11, spread)).toBe(1);
    expect(shareOf(2, spread, "value")).toBeCloseTo(0.2);
    expect(shareOf(2, { ...spread, high: 0 }, "value")).toBe(0);
  });

  it("are those of the ramp", () => {
    const rgba = paint(Float32Array.of(0, 10), spread, "rank");
    expect([...rgba]).toEqual([...RAMP.slice(0, 3), 255, ...RAMP.slice(-3), 255]);
  });
});

describe("a block", () => {
  it("is of the images of both its sides, each once", () => {
    expect(rowsOfBlock([9, 8, 7, 6, 5], [1, 2], [4, 2])).toEqual([8, 7, 6, 5]);
    expect(rowsOfBlock([9, 8], [-3, 7], [0, 0])).toEqual([9, 8]);
  });
});

describe("orders", () => {
  const label = { name: "label", title: "Label", type: "category", array: "labels" } as const;
  const subject = {
    dataset: choose("dataset", "digits"),
    encoder: choose("encoder", "pixels"),
    layer: null,
  };
  const wanted = { measure: "cosine", subject, map: null } as const;

  it("are by label where there are labels", () => {
    expect(usualOrder([{ ...label, categories: ["a"] }], 100_000)).toBe("by label");
    expect(usualOrder([], 1000)).toBe("clustering");
    expect(usualOrder([], 1001)).toBe("data");
  });

  it("are made by the server, of a sample where there are too many", () => {
    expect(orderRecipe({ ...wanted, order: "data", count: 50 })).toBeNull();
    expect(orderRecipe({ ...wanted, order: "by label", count: 50 })).toEqual({
      kind: "order",
      method: "column",
      inputs: { dataset: { kind: "dataset", method: "digits" } },
      params: { column: "label" },
    });
    const many = orderRecipe({ ...wanted, order: "clustering", count: 15_000 });
    expect(many?.inputs?.rows).toMatchObject({ method: "sample", params: { count: 5000 } });
    expect(orderRecipe({ ...wanted, order: "data", count: 50_000 })?.method).toBe("sample");
  });
});

describe("the sentence", () => {
  it("tells what a pixel is", () => {
    expect(caption("correlation", 1)).not.toContain("At this size");
    expect(caption("correlation", 4)).toContain("the mean of 4 x 4 pairs");
    expect(caption("euclidean", 8)).toContain("root mean square");
    expect(caption("manhattan", 2)).toContain("the mean of 2 of 2 x 2 pairs");
  });
});
