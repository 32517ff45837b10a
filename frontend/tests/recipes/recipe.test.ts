import { describe, expect, it } from "vitest";
import type { Method } from "../../src/api/types";
import { pythonLiteral } from "../../src/recipes/python";
import {
  analysisRecipe,
  canonical,
  choiceRecipe,
  choose,
  type Subject,
} from "../../src/recipes/recipe";
import { describeRecipe, duration } from "../../src/recipes/words";

const subject: Subject = {
  dataset: choose("dataset", "digits"),
  encoder: choose("encoder", "random", { architecture: "cnn" }, 2),
  layer: "stages.1",
};

function method(inputs: Partial<Method["inputs"][number]>[]): Method {
  return {
    kind: "projection",
    method: "toy",
    version: 1,
    title: "Toy",
    summary: "",
    description: "",
    params: {},
    inputs: inputs.map((input) => ({
      name: "x",
      kind: "embedding",
      many: false,
      optional: false,
      description: "",
      ...input,
    })),
    output: "points",
    queue: "compute",
    seeded: false,
    default: false,
    cost: {},
  };
}

const embedding = {
  kind: "embedding",
  method: "embed",
  inputs: {
    dataset: { kind: "dataset", method: "digits" },
    encoder: { kind: "encoder", method: "random", params: { architecture: "cnn" }, seed: 2 },
  },
  params: { layer: "stages.1" },
};

describe("choiceRecipe", () => {
  it("holds what the choice itself is made from", () => {
    const encoder = {
      ...choose("encoder", "mae", { epochs: 3 }),
      inputs: { dataset: choose("dataset", "digits") },
    };
    expect(choiceRecipe(encoder)).toEqual({
      kind: "encoder",
      method: "mae",
      params: { epochs: 3 },
      inputs: { dataset: { kind: "dataset", method: "digits" } },
    });
    expect(choiceRecipe(choose("encoder", "pixels"))).toEqual({
      kind: "encoder",
      method: "pixels",
    });
  });
});

describe("analysisRecipe", () => {
  it("gives each input what it asks for, and the embedding where a kind is derived", () => {
    const needs = method([
      { name: "dataset", kind: "dataset" },
      { name: "encoder", kind: "encoder" },
      { name: "graph", kind: "neighbors" },
      { name: "all", kind: "embedding", many: true },
      { name: "extra", kind: "projection", optional: true },
    ]);
    const recipe = analysisRecipe(choose("projection", "toy", { k: 3 }), needs, subject);
    expect(recipe).toEqual({
      kind: "projection",
      method: "toy",
      params: { k: 3 },
      inputs: {
        dataset: embedding.inputs.dataset,
        encoder: embedding.inputs.encoder,
        graph: embedding,
        all: [embedding],
      },
    });
  });

  it("is the same text whatever the order of its keys", () => {
    expect(canonical({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
  });
});

describe("words", () => {
  it("name a job by what is made of what", () => {
    const toy = method([{}]);
    const titles: Method[] = [
      toy,
      { ...toy, kind: "encoder", method: "random", title: "Random weights" },
      { ...toy, kind: "dataset", method: "digits", title: "Handwritten digits" },
    ];
    const recipe = analysisRecipe(choose("projection", "toy"), toy, subject);
    expect(describeRecipe(recipe, titles)).toBe("Toy of Random weights on Handwritten digits");
    expect(describeRecipe({ kind: "dataset", method: "digits" }, titles)).toBe(
      "Handwritten digits",
    );
  });

  it("say how long as people do", () => {
    expect([0.2, 12.4, 89, 200, 7200].map(duration)).toEqual([
      "under 1 s",
      "12 s",
      "89 s",
      "3 min",
      "2 h",
    ]);
  });
});

describe("pythonLiteral", () => {
  it("speaks Python, not JSON", () => {
    expect(pythonLiteral({ a: true, b: null, c: [1, "x"], d: {} }, 0)).toBe(
      '{\n    "a": True,\n    "b": None,\n    "c": [1, "x"],\n    "d": {},\n}',
    );
  });
});
