import { describe, expect, it } from "vitest";
import { axesOf, ckaRecipe, thinned } from "../../../src/lenses/dissimilarity/compare/layers";
import {
  fitRecipe,
  modelsOf,
  partOf,
  placementRecipe,
} from "../../../src/lenses/dissimilarity/compare/models";
import { axisOf, better, type Fit, pWords } from "../../../src/lenses/dissimilarity/compare/read";
import { branchesOf } from "../../../src/lenses/dissimilarity/tree";
import { choiceRecipe, choose } from "../../../src/recipes/recipe";

const SHAPES = choose("dataset", "shapes");
const MAE = choose("encoder", "zoo", { name: "mae_shapes" });
const PIXELS = choose("encoder", "pixels");

const brain = { kind: "rdm", method: "file" };

const given = (encoder = MAE) => ({
  part: choiceRecipe(SHAPES),
  subject: { dataset: SHAPES, encoder, layer: "blocks.1" },
  measure: "cosine" as const,
  network: encoder === MAE,
  classes: "shape",
  others: [] as (typeof MAE)[],
  methods: [],
});

describe("what is compared", () => {
  it("is a fair part of many images, and all of few", () => {
    expect(partOf(SHAPES, 400, true)).toEqual({ kind: "dataset", method: "shapes" });
    expect(partOf(SHAPES, 401, true).params).toEqual({ take: "stratified", count: 400 });
    expect(partOf(SHAPES, 401, false).params).toEqual({ count: 400 });
  });

  it("is A, its random weights, pixels and the classes, each once", () => {
    const models = modelsOf(given());
    expect(models.map(({ baseline }) => baseline)).toEqual([false, true, true, true]);
    expect(models[0]?.embedding?.params).toEqual({ layer: "blocks.1" });
    expect(models[1]?.embedding?.method).toBe("untrained");
    expect(models[3]?.rdm.method).toBe("model");
    const twice = modelsOf({ ...given(), others: [PIXELS, PIXELS] });
    expect(twice).toHaveLength(4);
    const rdms = models.slice(1).map(({ rdm }) => rdm);
    const plain = { by: "rho-a", over: "images", control: null } as const;
    expect(fitRecipe(brain, models.slice(1), plain)).toMatchObject({
      inputs: { reference: brain, models: rdms },
      params: { by: "rho-a" },
    });
    const partial = fitRecipe(brain, models, { by: "pearson", over: "both", control: brain });
    expect(partial.inputs?.control).toEqual([brain]);
    expect(partial.params).toEqual({ by: "pearson", over: "both" });
    expect(placementRecipe(rdms.slice(1), "pearson")).toBeNull();
    expect(placementRecipe(rdms, "pearson")?.inputs).toEqual({ rdms });
  });

  it("is called by what differs where titles repeat", () => {
    const random = (seed: number) => choose("encoder", "random", {}, seed);
    const models = modelsOf({ ...given(), others: [random(0), random(1)] });
    expect(models.slice(0, 4).map(({ title }) => title)).toEqual([
      "zoo, blocks.1",
      "random",
      "random, seed 1",
      "zoo, blocks.1, random weights",
    ]);
  });

  it("has no random weights of what is no network", () => {
    const pixels = modelsOf({ ...given(PIXELS), subject: { ...given().subject, encoder: PIXELS } });
    expect(pixels.some(({ embedding }) => embedding?.method === "untrained")).toBe(false);
  });
});

describe("what is found", () => {
  const fit: Fit = {
    scores: [0.5, 0.2, 0.45],
    low: [0.4, -0.1, 0.4],
    high: [0.6, 0.3, 0.5],
    p: [0.001, 0.2, 0.001],
    ceiling: [0.7, 0.8],
    q: [1, 0.01, 0.3, 0.01, 1, 0.04, 0.3, 0.04, 1],
  };

  it("says who is surely better", () => {
    expect(better(fit)).toEqual([
      [0, 1],
      [2, 1],
    ]);
  });

  it("has an axis with room for intervals and the noise ceiling", () => {
    expect(axisOf(fit)).toEqual({ from: -0.12000000000000001, to: 0.8200000000000001 });
    expect(axisOf({ ...fit, low: [0.4, 0.1, 0.4] }).from).toBe(0);
  });

  it("says small p values as bounds", () => {
    expect([pWords(0.0004), pWords(0.0412)]).toEqual(["p < 0.001", "p = 0.041"]);
  });
});

describe("layers", () => {
  const layers = ["a", "b", "norm"].map((name) => ({ name, width: 4 }));
  const mae = { choice: MAE, meta: { layers }, title: "MAE" };

  it("stand beside those of random weights, the last one unnamed", () => {
    const [rows, columns] = axesOf(choiceRecipe(SHAPES), mae, null, true);
    expect(rows.layers.map(({ embedding }) => embedding.params?.layer)).toEqual([
      "a",
      "b",
      undefined,
    ]);
    expect(columns.title).toBe("MAE, random weights");
    expect(columns.layers[0]?.embedding.method).toBe("untrained");
    expect(Object.keys(ckaRecipe(rows, columns).inputs ?? {})).toEqual(["embeddings", "others"]);
    expect(Object.keys(ckaRecipe(rows, null).inputs ?? {})).toEqual(["embeddings"]);
  });

  it("are thinned evenly, with both ends", () => {
    const many = Array.from({ length: 101 }, (_, i) => i);
    expect(thinned(many, 5)).toEqual([0, 25, 50, 75, 100]);
  });
});

describe("a tree", () => {
  it("stands beside the order of its leaves", () => {
    // Leaves are rows 4, 7, 9: the first two meet at 1, then the third at 2.
    const branches = branchesOf([0, 1, 1, 2, 2, 3, 2, 3], [4, 7, 9], [9, 4, 7]);
    expect(branches).toEqual([
      { a: 1.5, b: 2.5, below: [0, 0], height: 0.5 },
      { a: 0.5, b: 2, below: [0, 0.5], height: 1 },
    ]);
  });
});
