import { describe, expect, it } from "vitest";
import { midSentence } from "../../src/recipes/words";

describe("titles within a sentence", () => {
  it("begin small unless they are names", () => {
    expect(midSentence("Random weights")).toBe("random weights");
    expect(midSentence("Supervised")).toBe("supervised");
    for (const name of ["SimCLR", "DINO", "PCA of pixels", "k-NN probe", "CIFAR-10"]) {
      expect(midSentence(name)).toBe(name);
    }
  });
});
