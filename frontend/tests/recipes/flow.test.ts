import { describe, expect, it } from "vitest";
import type { Method } from "../../src/api/types";
import {
  finishedAt,
  flowOn,
  fromTheStart,
  isLiving,
  sameSettings,
  startsOf,
  toTheEnd,
} from "../../src/recipes/flow";
import { analysisRecipe, type Choice, choose } from "../../src/recipes/recipe";

const tsne = {
  kind: "projection",
  method: "tsne",
  params: { type: "object", properties: { perplexity: {}, stop_at: {} } },
  inputs: [
    { name: "neighbors", kind: "neighbors", many: false, optional: false, description: "" },
    { name: "start", kind: "projection", many: false, optional: true, description: "" },
  ],
} as unknown as Method;
const subject = {
  dataset: choose("dataset", "digits"),
  encoder: choose("encoder", "pixels"),
  layer: null,
};
const at = (perplexity: number, more = {}) => choose("projection", "tsne", { perplexity, ...more });

describe("flowOn", () => {
  it("starts another setting from the map that is shown", () => {
    expect(flowOn(at(50), at(30), tsne)).toEqual({ ...at(50), start: at(30) });
  });

  it("does not inherit where the shown one stopped, and obeys a stop that is set anew", () => {
    const shown = finishedAt(at(30), 120);
    expect(flowOn(at(50, { stop_at: 120 }), shown, tsne)).toEqual({ ...at(50), start: shown });
    expect(flowOn(at(50, { stop_at: 200 }), shown, tsne).params.stop_at).toBe(200);
  });

  it("begins anew where the shown map is no start: other method, other axes, other engine", () => {
    expect(flowOn(at(50), choose("projection", "pca"), tsne).start).toBeUndefined();
    expect(flowOn(at(50, { dimensions: 3 }), at(30), tsne).start).toBeUndefined();
    expect(flowOn(at(50, { engine: "scikit-learn" }), at(30), tsne).start).toBeUndefined();
    expect(flowOn(at(50), null, tsne).start).toBeUndefined();
  });

  it("never lets a chain of starts outgrow a recipe", () => {
    let shown: Choice = at(5);
    for (let i = 0; i < 40; i++) {
      shown = flowOn(at(6 + i), shown, tsne);
      expect(startsOf(shown)).toBeLessThanOrEqual(12);
    }
  });

  it("nests in the recipe, so that the same link gives the same map", () => {
    const recipe = analysisRecipe(flowOn(at(20), at(10), tsne), tsne, subject);
    expect(recipe.inputs?.start).toMatchObject({ method: "tsne", params: { perplexity: 10 } });
    expect(recipe).not.toHaveProperty("start");
  });
});

describe("choices of maps that form", () => {
  it("tell a living method by its stop", () => {
    expect(isLiving(tsne)).toBe(true);
    expect(isLiving({ ...tsne, params: {} })).toBe(false);
    expect(isLiving(undefined)).toBe(false);
  });

  it("are the same settings whatever they start from", () => {
    expect(sameSettings(flowOn(at(50), at(30), tsne), at(50))).toBe(true);
    expect(sameSettings(at(50), at(30))).toBe(false);
  });

  it("can be taken back to the start and to the end", () => {
    expect(fromTheStart(flowOn(at(50), at(30), tsne))).toEqual(at(50));
    expect(toTheEnd(finishedAt(at(50), 9))).toEqual(at(50));
  });
});

describe("the graph behind a map", () => {
  it("is the usual one until more neighbors are needed", () => {
    const graph = (choice: Choice) => analysisRecipe(choice, tsne, subject).inputs?.neighbors;
    expect(graph(at(30))).toMatchObject({ kind: "embedding" });
    expect(graph(at(50))).toMatchObject({ kind: "neighbors", params: { k: 180 } });
  });
});
