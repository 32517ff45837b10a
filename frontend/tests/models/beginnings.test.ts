import { describe, expect, it } from "vitest";
import { shipped } from "../../src/models/beginnings";
import { choose } from "../../src/recipes/recipe";

const shelf = ["mae_digits", "mae_fashion", "simclr_shapes", "supervised_digits"].map((name) => ({
  name,
  title: `${name.split("_")[0]} (${name.split("_")[1]})`,
  choice: choose("encoder", "zoo", { name }),
}));
const titles = (dataset: string) => shipped(shelf, dataset).map(({ title }) => title);

describe("encoders to begin with", () => {
  it("are those that learned from images like these", () => {
    expect(titles("digits")).toEqual(["supervised", "mae"]);
    expect(titles("shapes")).toEqual(["simclr"]);
  });

  it("or one that learned from many things", () => {
    expect(titles("photos")).toEqual(["mae (fashion)"]);
  });

  it("are none where the server has none", () => {
    expect(shipped([], "digits")).toEqual([]);
  });
});
