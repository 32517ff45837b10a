import { describe, expect, it } from "vitest";
import type { Method } from "../../../src/api/types";
import { canDraw, fittedDrawers } from "../../../src/lenses/masking/models";
import { DRAWS, questionParams } from "../../../src/lenses/masking/question";
import { exactly } from "../../../src/pictures/pictures";
import { choose } from "../../../src/recipes/recipe";
import { defaultMasking } from "../../../src/state/masking";
import { chooseRows } from "../../../src/state/rows";

describe("rows", () => {
  it("are those that are selected, the leading one first", () => {
    expect(chooseRows([3, 5, 9], 5, [], 10, 2)).toEqual([5, 3]);
    expect(chooseRows([3, 5, 9], null, [], 10, 8)).toEqual([3, 5, 9]);
  });

  it("are else the leading one and the first of each other class", () => {
    expect(chooseRows([4], 4, [0, 0, 1, 2, 1, 3], 6, 4)).toEqual([4, 0, 3, 5]);
    expect(chooseRows([], null, [], 3, 8)).toEqual([0, 1, 2]);
    expect(chooseRows([], null, [0, 0, 0], 3, 2)).toEqual([0, 1]);
  });
});

describe("models", () => {
  it("can draw where they have a decoder or can be turned round", () => {
    expect(canDraw({ objective: "mae" })).toBe(true);
    expect(canDraw({ architecture: "linear" })).toBe(true);
    expect(canDraw({ objective: "simclr", architecture: "vit" })).toBe(false);
    expect(canDraw({})).toBe(false);
    expect(canDraw({ architecture: "checkpoint", decoder: { objective: "mae" } })).toBe(true);
    expect(canDraw({ architecture: "checkpoint" })).toBe(false);
  });

  it("are fitted on the dataset that is looked at", () => {
    const fits = (method: string): Method => ({
      kind: "encoder",
      method,
      version: 1,
      title: method,
      summary: "",
      description: "",
      params: { properties: {} },
      inputs: [{ name: "dataset", kind: "dataset", many: false, optional: false, description: "" }],
      output: "encoder",
      queue: "compute",
      seeded: false,
      default: false,
      cost: {},
    });
    const shapes = choose("dataset", "shapes");
    expect(fittedDrawers(shapes, [fits("pca"), fits("hog")])).toEqual([
      { title: "pca", choice: { ...choose("encoder", "pca"), inputs: { dataset: shapes } } },
    ]);
  });
});

describe("questions", () => {
  const masking = defaultMasking();

  it("name mask and share, and many draws where their spread is wanted", () => {
    const usual = { mask: "random", ratio: 0.75, by: "model" };
    expect(questionParams(masking, null, 8, "model")).toEqual(usual);
    const spread = questionParams({ ...masking, spread: true }, null, 8, "model");
    expect(spread).toEqual({ ...usual, draws: DRAWS });
    const center = { ...masking, mask: "center", spread: true } as const;
    expect(questionParams(center, null, 8, "model")).toEqual({ ...usual, mask: "center" });
  });

  it("bring painted patches to the model's own grid", () => {
    const painted = { side: 2, patches: [[3]] };
    const asked = questionParams({ ...masking, mask: "painted" }, painted, 4, "diffusion");
    expect(asked).toMatchObject({ painted: [[10, 11, 14, 15]], by: "diffusion" });
  });

  it("tell a code only how much of it is kept", () => {
    expect(questionParams(masking, null, null, "model")).toEqual({});
    expect(questionParams({ ...masking, components: 3 }, null, null, "model")).toEqual({
      components: 3,
    });
  });
});

describe("pictures", () => {
  it("are whole pixels of small images", () => {
    expect(exactly(244, 32)).toBe(224);
    expect(exactly(100, 224)).toBe(100);
  });
});
