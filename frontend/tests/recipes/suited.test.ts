import { describe, expect, it } from "vitest";
import { choose } from "../../src/recipes/recipe";
import { fittingName } from "../../src/recipes/suited";

describe("encoders that come along", () => {
  it("suit the images that they have seen, also a part of them", () => {
    const shapes = choose("dataset", "shapes", { count: 9 });
    const part = { ...choose("dataset", "subset"), inputs: { dataset: shapes } };
    expect([shapes, part, choose("dataset", "photos")].map(fittingName)).toEqual([
      "mae_shapes",
      "mae_shapes",
      "mae_fashion",
    ]);
  });
});
