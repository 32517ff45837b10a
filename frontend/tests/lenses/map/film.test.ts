import { describe, expect, it } from "vitest";
import type { Method, Recipe } from "../../../src/api/types";
import { followingSentence } from "../../../src/lenses/map/film/sentence";
import { frameIn, layoutOf } from "../../../src/lenses/map/layout";
import { chanceRecipe, frameRecipe, framesOf, unaligned } from "../../../src/recipes/film";
import { type Choice, choose, embeddingRecipe, type Subject } from "../../../src/recipes/recipe";
import { atStep } from "../../../src/recipes/runs";

const method = (name: string, inputs: string[], properties = {}): Method => ({
  kind: "projection",
  method: name,
  version: 1,
  title: name,
  summary: "",
  description: "",
  params: { properties },
  inputs: inputs.map((input) => ({
    name: input,
    kind: input === "start" ? "projection" : "embedding",
    many: false,
    optional: input !== "embedding",
    description: "",
  })),
  output: "points",
  queue: "compute",
  seeded: true,
  default: false,
  cost: {},
});
const pca = method("pca", ["embedding", "axes"]);
const tsne = method("tsne", ["embedding", "start"], {
  iterations: { type: "integer", default: 750 },
  initialization: { enum: ["pca", "random"], default: "pca" },
});
const run: Choice = {
  ...choose("encoder", "mae"),
  inputs: { dataset: choose("dataset", "digits") },
};
const subject: Subject = { dataset: choose("dataset", "digits"), encoder: run, layer: null };
const at = (step: number | null) => embeddingRecipe({ ...subject, encoder: atStep(run, step) });
const frames = [atStep(run, 10), atStep(run, 40), run];

describe("maps of a run", () => {
  it("by principal components are seen along the axes of the last snapshot", () => {
    const recipe = frameRecipe(choose("projection", "pca"), pca, subject, frames);
    expect(recipe.inputs).toEqual({ embedding: at(10), axes: at(null) });
  });

  it("that form begin with the layout of the snapshot after them, back from the last", () => {
    const analysis = choose("projection", "tsne", { perplexity: 9 });
    const recipe = frameRecipe(analysis, tsne, subject, frames);
    const end = {
      kind: "projection",
      method: "tsne",
      params: { perplexity: 9 },
      inputs: { embedding: at(null) },
    };
    const few = { perplexity: 9, iterations: 250 };
    const middle = { ...end, params: few, inputs: { embedding: at(40), start: end } };
    const own = { ...end, params: few, inputs: { embedding: at(10), start: middle } };
    expect(recipe).toEqual({
      kind: "projection",
      method: "aligned",
      inputs: { projection: own, onto: end },
    });
    expect(unaligned(recipe)).toEqual(own);
    expect(unaligned(own)).toEqual(own);
  });

  it("end with the plain map of the last", () => {
    const recipe = frameRecipe(choose("projection", "tsne"), tsne, subject, [run]);
    expect(recipe).toEqual({ kind: "projection", method: "tsne", inputs: { embedding: at(null) } });
  });

  it("are made for themselves by methods that can do neither", () => {
    const other = method("other", ["embedding"]);
    const recipe = frameRecipe(choose("projection", "other"), other, subject, [run]);
    expect(recipe.inputs).toEqual({ embedding: at(null) });
  });

  it("are measured against two random starts", () => {
    const recipe = chanceRecipe(choose("projection", "tsne"), tsne, subject);
    const seeds = Object.values(recipe?.inputs ?? {}).map((input) => (input as Recipe).seed);
    expect(seeds).toEqual([2, 1]);
    expect(chanceRecipe(choose("projection", "pca"), pca, subject)).toBeNull();
  });

  it("of many snapshots skip some, but neither the first nor the last", () => {
    const many = Array.from({ length: 40 }, (_, i) => i);
    const some = framesOf(many);
    expect(some.length).toBe(12);
    expect([some[0], some.at(-1)]).toEqual([0, 39]);
    expect(framesOf([1, 2, 3])).toEqual([1, 2, 3]);
  });
});

describe("a frame", () => {
  const points = { shape: [2, 2], data: Float32Array.of(0, 0, 1, 3) };

  it("keeps the place and size of a map that is smaller than the one it follows", () => {
    const frame = frameIn({
      frame: [
        [-2, -4],
        [2, 4],
      ],
    });
    const { positions, extents } = layoutOf(points, frame);
    expect([...positions]).toEqual([0, 0, 0, 0.25, 0.75, 0]);
    expect(extents).toEqual([0.5, 1, 0]);
  });

  it("lets be seen what lies outside of it", () => {
    const { extents } = layoutOf(points, [
      [-1, -1],
      [1, 1],
    ]);
    expect(extents).toEqual([1, 3, 0]);
  });

  it("is left out where there is none, or one of other axes", () => {
    expect(frameIn({})).toBeNull();
    expect(frameIn({ frame: [[0], ["x"]] })).toBeNull();
    const plain = layoutOf(points);
    expect(
      layoutOf(points, [
        [0, 0, 0],
        [1, 1, 1],
      ]),
    ).toEqual(plain);
  });
});

it("a map that follows says so", () => {
  const manifest = { method: "aligned", metrics: { motion: 0.21 }, recipe: {} };
  expect(followingSentence(manifest, 20)).toContain("21% of the map's spread");
  const axes = { method: "pca", metrics: {}, recipe: { inputs: { axes: {} } } };
  expect(followingSentence(axes, 20)).toBe("Seen along the axes of the last snapshot, epoch 20.");
  expect(followingSentence({ ...axes, recipe: {} }, 20)).toBe("");
});
