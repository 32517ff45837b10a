import { describe, expect, it } from "vitest";
import type { Recipe } from "../../src/api/types";
import { describeRecipe, midSentence, short, titleOf } from "../../src/recipes/words";

describe("what a recipe is called", () => {
  const method = { kind: "encoder", method: "checkpoint", title: "Your checkpoint", params: {} };

  it("of a file of weights is the file's name", () => {
    const recipe = {
      kind: "encoder",
      method: "checkpoint",
      params: { upload: "0", title: "dino" },
    };
    expect(titleOf(recipe, [method as never])).toBe("dino");
    expect(titleOf({ ...recipe, params: { upload: "0" } }, [method as never])).toBe(
      "Your checkpoint",
    );
  });

  it("of a model by name is that name", () => {
    const timm = { kind: "encoder", method: "timm", title: "timm model", params: {} };
    const recipe = { kind: "encoder", method: "timm", params: { name: "vit_b.mae" } };
    expect(titleOf(recipe, [timm as never])).toBe("vit_b.mae");
    const inputs = { encoder: { ...recipe, params: { name: "vit_b", pretrained: false } } };
    const map = { kind: "projection", method: "umap", inputs };
    expect(describeRecipe(map, [timm as never])).toBe("umap of vit_b, untrained");
  });
});

describe("a part of a dataset", () => {
  const digits = { kind: "dataset", method: "digits", title: "Handwritten digits", params: {} };
  const methods = [digits] as never[];
  const part = (of: Recipe): Recipe => ({
    kind: "dataset",
    method: "subset",
    inputs: { dataset: of },
  });

  it("is called by the dataset that it is taken out of", () => {
    const whole = { kind: "dataset", method: "digits" };
    expect(titleOf(part(whole), methods)).toBe("Part of Handwritten digits");
    expect(describeRecipe(part(whole), methods)).toBe("Part of Handwritten digits");
    const embedding = { kind: "embedding", method: "embed", inputs: { dataset: part(whole) } };
    expect(describeRecipe(embedding, methods)).toBe("embed of part of Handwritten digits");
    const encoder = { kind: "encoder", method: "pca", inputs: { dataset: part(part(whole)) } };
    expect(describeRecipe(encoder, methods)).toBe("pca on part of part of Handwritten digits");
  });
});

describe("large counts", () => {
  it("are told in short", () => {
    expect([900, 5.5e6, 86_000_000, 1.1e9].map(short)).toEqual(["1k", "5.5M", "86M", "1.1B"]);
  });
});

describe("titles within a sentence", () => {
  it("begin small unless they are names", () => {
    expect(midSentence("Random weights")).toBe("random weights");
    expect(midSentence("Supervised")).toBe("supervised");
    for (const name of ["SimCLR", "DINO", "PCA of pixels", "k-NN probe", "CIFAR-10"]) {
      expect(midSentence(name)).toBe(name);
    }
  });
});
