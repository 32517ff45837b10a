import { afterEach, describe, expect, it, vi } from "vitest";
import type { Manifest, Method } from "../../../src/api/types";
import {
  headline,
  honesty,
  type Row,
  rowNames,
  scoreText,
  spread,
  tableRows,
} from "../../../src/lenses/evaluate/read";
import { comparesMany, probeRecipe } from "../../../src/recipes/probe";
import { choose, type Subject } from "../../../src/recipes/recipe";

afterEach(() => vi.unstubAllGlobals());

const manifest = (meta: Manifest["meta"]) => ({ meta }) as Manifest;

describe("scores", () => {
  it("have a mean and, of several repetitions, a spread", () => {
    expect(scoreText({ mean: 0.8734, std: 0.004, values: [] })).toBe("87.3% ± 0.4");
    expect(scoreText({ mean: 1, std: null, values: [1] })).toBe("100.0%");
    expect(scoreText(null)).toBe("");
    const { means, stds } = spread(Float32Array.of(0.5, 1, 0.25, 0.25), 2);
    expect(means).toEqual([0.75, 0.25]);
    expect(stds[0]).toBeCloseTo(Math.SQRT1_2 / 2);
    expect(stds[1]).toBe(0);
    expect(spread(Float32Array.of(0.5), 1).stds).toEqual([0]);
  });

  it("of one layer stand above its confusions with what they are held against", () => {
    const meta = {
      top1: { mean: 0.976, std: 0.003, values: [] },
      top5: { mean: 0.999, std: null, values: [] },
      chance: 0.1,
      layer: "blocks.3",
      labels: 50,
      split: { train: 1400 },
      chosen: [0.1, 0.01, 0.1],
    };
    expect(headline(manifest(meta))).toEqual({
      score: "97.6% ± 0.3 named rightly",
      beside: [
        "99.9% within five guesses",
        "chance 10.0%",
        "layer blocks.3",
        "50 labels",
        "penalty 0.01 or 0.1, chosen on training images",
      ],
    });
    const voted = { ...meta, top5: null, labels: 1400, chosen: { k: 20, temperature: 0.07 } };
    expect(headline(manifest(voted)).beside).toEqual([
      "chance 10.0%",
      "layer blocks.3",
      "20 neighbors vote, temperature 0.07",
    ]);
  });

  it("say what they were measured on", () => {
    const meta = {
      split: { source: "held_out", train: 1400, validation: 218, test: 179 },
      repetitions: 3,
      chance: 0.102,
      duplicates: { groups: 2, rows: 5 },
    };
    expect(honesty(manifest(meta))).toBe(
      "Fitted on 1,618 images and measured on 179 others, by the images that training held out, mean and spread of 3 repetitions; naming the largest class alone is right in 10.2%. 5 near-duplicates stay on one side.",
    );
    expect(honesty(manifest({ ...meta, refitted: ["PCA", "ICA", "k-means"] }))).toContain(
      "on one side. PCA, ICA and k-means are fitted anew on the training images alone.",
    );
    expect(honesty(manifest({ ...meta, refitted: ["PCA"] }))).toContain(" PCA is fitted anew");
    expect(tableRows(manifest({}))).toEqual([]);
  });
});

it("encoders of one name are told apart by their recipes", async () => {
  vi.stubGlobal("fetch", async (url: string) => {
    const recipe = { kind: "encoder", method: "random", seed: url.endsWith("b") ? 1 : 0 };
    return new Response(JSON.stringify({ recipe }));
  });
  const row = (name: string, id: string | null) => ({ name, id }) as Row;
  const rows = [row("Random", "a"), row("Random", "b"), row("Random", null), row("PCA", "c")];
  expect(await rowNames(rows, [])).toEqual(["Random", "Random, seed 1", "Random", "PCA"]);
});

describe("recipes of probes", () => {
  const subject: Subject = {
    dataset: choose("dataset", "digits"),
    encoder: choose("encoder", "random"),
    layer: "blocks.1",
  };
  const method = (name: string, many: boolean, properties: object): Method =>
    ({
      kind: "probe",
      method: name,
      params: { properties },
      inputs: [
        { name: "dataset", kind: "dataset", many: false, optional: false, description: "" },
        {
          name: many ? "encoders" : "encoder",
          kind: "encoder",
          many,
          optional: false,
          description: "",
        },
      ],
    }) as unknown as Method;

  it("take the layer that is looked at, where they probe one", () => {
    const linear = method("linear", false, { layer: {} });
    expect(probeRecipe(choose("probe", "linear"), linear, subject, [], 9)).toMatchObject({
      params: { layer: "blocks.1" },
      inputs: { encoder: { method: "random" } },
    });
    const layers = method("layers", false, {});
    expect(probeRecipe(choose("probe", "layers"), layers, subject, [], 9).params).toBeUndefined();
  });

  it("compare A with each other encoder once", () => {
    const table = method("table", true, {});
    expect(comparesMany(table)).toBe(true);
    const beside = [
      choose("encoder", "mae"),
      choose("encoder", "random"),
      choose("encoder", "mae"),
    ];
    const { inputs } = probeRecipe(choose("probe", "table"), table, subject, beside, 9);
    expect(inputs?.encoders).toEqual([
      { kind: "encoder", method: "random" },
      { kind: "encoder", method: "mae" },
    ]);
  });
});
