import { expect, test } from "vitest";
import { errorCells } from "../../../src/lenses/evaluate/ratios";
import { RATIOS, ratioPlan, ratioRecipes, SEEDS } from "../../../src/recipes/ratios";
import { choose } from "../../../src/recipes/recipe";

const dataset = choose("dataset", "digits");
const pixels = { dataset, encoder: choose("encoder", "pixels"), layer: null };

test("errors are summed up over seeds, and the least of each column is found", () => {
  // Two ratios, two seeds, two tests.
  const data = new Float32Array([1, 4, 3, 6, 5, 1, 5, 1]);
  const cells = errorCells({ shape: [2, 2, 2], data });
  expect(cells[0]?.[0]).toEqual({ mean: 2, std: Math.SQRT2, best: true });
  expect(cells[1]?.[0]).toEqual({ mean: 5, std: 0, best: false });
  expect(cells.map((row) => row[1]?.best)).toEqual([false, true]);
  const single = errorCells({ shape: [1, 1, 1], data: new Float32Array([2]) });
  expect(single[0]?.[0]).toEqual({ mean: 2, std: null, best: true });
});

test("a short training is repeated at every ratio, from every seed", () => {
  const recipes = ratioRecipes(pixels, 1000);
  expect(recipes).toHaveLength(RATIOS.length * SEEDS);
  expect(recipes[0]).toEqual({
    kind: "encoder",
    method: "mae",
    params: { batch_size: 64, epochs: 20, snapshots: 1, mask_ratio: RATIOS[0] },
    inputs: { dataset: { kind: "dataset", method: "digits" } },
  });
  expect(recipes.map(({ seed }) => seed ?? 0)).toEqual([
    0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2,
  ]);
  expect(ratioPlan(pixels, 1000)).toContain("15 masked autoencoders, each trained for 20 epochs");
});

test("a masked autoencoder is trained again as it was, but for the ratio", () => {
  const encoder = { ...choose("encoder", "mae", { epochs: 2 }, 5), inputs: { dataset } };
  const recipes = ratioRecipes({ ...pixels, encoder }, 1000);
  expect(recipes.at(-1)).toMatchObject({ params: { epochs: 2, mask_ratio: 0.9 }, seed: 7 });
  expect(ratioPlan({ ...pixels, encoder }, 1000)).toContain("trained as encoder A is");
});
