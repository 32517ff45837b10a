import { describe, expect, it } from "vitest";
import type { Method } from "../../src/api/types";
import { choose } from "../../src/recipes/recipe";
import { hasSnapshots } from "../../src/recipes/runs";
import { fromShelf, isShelf, shelved, trainedBy } from "../../src/recipes/shelf";
import { describeRecipe } from "../../src/recipes/words";

const zoo: Method = {
  kind: "encoder",
  method: "zoo",
  version: 1,
  title: "Trained already",
  summary: "",
  description: "",
  params: {
    properties: {
      name: {
        type: "string",
        default: "mae_digits",
        enum: ["mae_digits", "simclr_shapes"],
        enumTitles: ["MAE (digits)", "SimCLR (shapes)"],
      },
      stop_at: { type: ["integer", "null"], default: null },
    },
  },
  inputs: [],
  output: "encoder",
  queue: "compute",
  seeded: false,
  default: false,
  cost: {},
};

describe("encoders that come with Repscope", () => {
  it("are the options of one method, by their titles", () => {
    expect(shelved([zoo])).toEqual([
      { name: "mae_digits", title: "MAE (digits)", choice: choose("encoder", "zoo") },
      {
        name: "simclr_shapes",
        title: "SimCLR (shapes)",
        choice: choose("encoder", "zoo", { name: "simclr_shapes" }),
      },
    ]);
    expect(shelved([])).toEqual([]);
    expect(fromShelf("simclr_shapes", [zoo])?.title).toBe("SimCLR (shapes)");
    expect(fromShelf("mae_shapes", [zoo])).toBeNull();
    expect(isShelf(zoo)).toBe(true);
    expect(hasSnapshots(zoo)).toBe(true);
    expect(isShelf({ ...zoo, method: "pixels" })).toBe(false);
  });

  it("are called what they are, at any step", () => {
    const at = (params: Record<string, string | number>) =>
      describeRecipe({ kind: "encoder", method: "zoo", params }, [zoo]);
    expect(at({})).toBe("MAE (digits)");
    expect(at({ name: "simclr_shapes", stop_at: 10 })).toBe("SimCLR (shapes)");
  });

  it("tell the recipe that they were trained by", () => {
    const recipe = { kind: "encoder", method: "mae" };
    expect(trainedBy({ trained_by: recipe })).toEqual(recipe);
    expect(trainedBy({})).toBeNull();
    expect(trainedBy(undefined)).toBeNull();
  });
});
