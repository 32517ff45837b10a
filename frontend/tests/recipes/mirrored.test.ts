import { expect, test } from "vitest";
import { showsSigns } from "../../src/recipes/mirrored";
import { choose } from "../../src/recipes/recipe";

const published = (name: string) => choose("dataset", "torchvision", { name });

test("digits, letters and traffic signs are others in a mirror", () => {
  expect(showsSigns(choose("dataset", "digits"))).toBe(true);
  expect(showsSigns(published("KMNIST"))).toBe(true);
  expect(showsSigns(published("GTSRB"))).toBe(true);
});

test("clothes, photos and shapes are not", () => {
  expect(showsSigns(published("FashionMNIST"))).toBe(false);
  expect(showsSigns(choose("dataset", "torchvision"))).toBe(false);
  expect(showsSigns(choose("dataset", "shapes"))).toBe(false);
});

test("a part is like the whole", () => {
  const part = choose("dataset", "subset", { count: 100 });
  expect(showsSigns({ ...part, inputs: { dataset: choose("dataset", "digits") } })).toBe(true);
  expect(showsSigns({ ...part, inputs: { dataset: choose("dataset", "shapes") } })).toBe(false);
});
