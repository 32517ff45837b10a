import { describe, expect, it } from "vitest";
import type { Method } from "../../src/api/types";
import { type Choice, choiceRecipe, choose } from "../../src/recipes/recipe";
import { atStep, choiceOf, isObjective, sameRun, stepOf, wholeRun } from "../../src/recipes/runs";

const mae: Method = {
  kind: "encoder",
  method: "mae",
  version: 1,
  title: "Masked autoencoder",
  summary: "",
  description: "",
  params: { properties: { epochs: { type: "integer", default: 20 }, stop_at: { default: null } } },
  inputs: [],
  output: "encoder",
  queue: "train",
  seeded: true,
  default: false,
  cost: {},
};
const run: Choice = {
  ...choose("encoder", "mae", { epochs: 9 }, 2),
  inputs: { dataset: choose("dataset", "digits") },
};

describe("runs", () => {
  it("are what the training queue makes", () => {
    expect(isObjective(mae)).toBe(true);
    expect(isObjective({ ...mae, queue: "compute" })).toBe(false);
    expect(isObjective({ ...mae, kind: "projection" })).toBe(false);
  });

  it("have snapshots that differ in nothing but the step", () => {
    const snapshot = atStep(run, 0);
    expect(snapshot.params).toEqual({ epochs: 9, stop_at: 0 });
    expect(stepOf(snapshot)).toBe(0);
    expect(stepOf(run)).toBeNull();
    expect(atStep(snapshot, 40).params.stop_at).toBe(40);
    expect(atStep(snapshot, null)).toEqual(run);
    expect(wholeRun(snapshot)).toEqual(run);
    expect(sameRun(snapshot, run)).toBe(true);
    expect(sameRun(snapshot, { ...run, seed: 3 })).toBe(false);
    expect(sameRun(null, run)).toBe(false);
  });

  it("are found again in the recipe of their artifact, without defaults", () => {
    const recipe = choiceRecipe(run);
    const normalized = {
      ...recipe,
      version: 1,
      params: { epochs: 20, stop_at: null },
      inputs: { dataset: { kind: "dataset", method: "digits", params: {}, inputs: {}, seed: 0 } },
    };
    expect(choiceOf(normalized, [mae])).toEqual({ ...run, params: {} });
    expect(choiceOf({ ...normalized, inputs: { dataset: "0".repeat(32) } }, [mae])).toBeNull();
  });
});
