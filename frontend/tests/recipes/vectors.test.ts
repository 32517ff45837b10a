import { describe, expect, it } from "vitest";
import { choose } from "../../src/recipes/recipe";
import { encoderFor } from "../../src/recipes/vectors";

const digits = choose("dataset", "digits");
const part = { ...choose("dataset", "subset"), inputs: { dataset: digits } };
const alone = choose("dataset", "vectors", { upload: "a", title: "Mine" });
const own = choose("encoder", "vectors", { upload: "b" });
const pixels = choose("encoder", "pixels");

describe("encoderFor", () => {
  it("brings along the vectors that a dataset is of", () => {
    const brought = choose("encoder", "vectors", { upload: "a", title: "Mine" });
    expect(encoderFor(alone, digits, pixels, pixels)).toEqual(brought);
    const some = { ...choose("dataset", "subset"), inputs: { dataset: alone } };
    expect(encoderFor(some, digits, pixels, pixels)).toEqual(brought);
    expect(encoderFor(some, alone, pixels, pixels)).toBe(pixels);
  });

  it("keeps vectors for parts of their images, and leaves them behind for others", () => {
    expect(encoderFor(part, digits, own, pixels)).toBe(own);
    expect(encoderFor(digits, part, own, pixels)).toBe(own);
    expect(encoderFor(choose("dataset", "shapes"), digits, own, pixels)).toBe(pixels);
    const random = choose("encoder", "random");
    expect(encoderFor(choose("dataset", "shapes"), digits, random, pixels)).toBe(random);
  });
});
