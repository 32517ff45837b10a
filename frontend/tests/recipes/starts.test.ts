import { describe, expect, it } from "vitest";
import type { Method } from "../../src/api/types";
import { canFill, choose, valuesRecipe } from "../../src/recipes/recipe";
import { randomStarts, startsAtRandom } from "../../src/recipes/starts";

const input = (kind: string, more = {}) => ({
  name: kind,
  kind,
  many: false,
  optional: false,
  description: "",
  ...more,
});
const method = (properties: object, inputs: object[]) =>
  ({ kind: "projection", method: "tsne", params: { properties }, inputs }) as unknown as Method;

const tsne = method({ initialization: { enum: ["pca", "random"], default: "pca" } }, [
  input("neighbors", { name: "neighbors" }),
]);
const subject = {
  dataset: choose("dataset", "digits"),
  encoder: choose("encoder", "pixels"),
  layer: null,
};

describe("maps from random starts", () => {
  it("are there where the method can start from chance", () => {
    expect(startsAtRandom(tsne)).toBe(true);
    expect(startsAtRandom(method({ initialization: { enum: ["pca"] } }, []))).toBe(false);
    expect(startsAtRandom(method({}, []))).toBe(false);
    expect(startsAtRandom(undefined)).toBe(false);
  });

  it("differ in nothing but their seeds, and go from the start to the end", () => {
    const shown = {
      ...choose("projection", "tsne", { perplexity: 20, stop_at: 100 }, 7),
      start: choose("projection", "tsne"),
    };
    const starts = randomStarts(shown, tsne, subject);
    expect(starts.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    for (const { params, inputs } of starts) {
      expect(params).toEqual({ perplexity: 20, initialization: "random" });
      expect(Object.keys(inputs ?? {})).toEqual(["neighbors"]);
    }
  });

  it("fill the input that takes several maps", () => {
    const stability = method({}, [input("projection", { name: "projections", many: true })]);
    expect(canFill(stability, true)).toBe(true);
    expect(canFill(stability, false)).toBe(false);
    expect(canFill(method({}, [input("projection")]), false)).toBe(true);
    const shown = { kind: "projection", method: "tsne" };
    const starts = randomStarts(choose("projection", "tsne"), tsne, subject);
    const recipe = valuesRecipe(choose("trust", "stability"), stability, subject, {
      shown,
      starts,
    });
    expect(recipe.inputs).toEqual({ projections: starts });
  });
});
