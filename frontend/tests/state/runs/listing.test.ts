import { describe, expect, it } from "vitest";
import type { Method, Run } from "../../../src/api/types";
import { differences, encoderOf, runFacts } from "../../../src/state/runs/listing";

const objective = {
  kind: "encoder",
  method: "mae",
  title: "Masked autoencoder",
  params: {
    properties: {
      mask_ratio: { type: "number", default: 0.75 },
      epochs: { type: "integer", default: 20 },
      stop_at: { default: null },
    },
  },
} as unknown as Method;

const run = (more: Partial<Run> = {}, params: Record<string, unknown> = {}): Run => ({
  id: "a",
  recipe: {
    kind: "encoder",
    method: "mae",
    params: { mask_ratio: 0.75, epochs: 20, stop_at: null, ...params },
    inputs: { dataset: { kind: "dataset", method: "digits", params: {}, seed: 0 } },
    seed: 0,
  },
  title: "Masked autoencoder",
  note: "",
  state: "done",
  dataset: "d",
  dataset_title: "Handwritten digits",
  artifact: "a",
  snapshots: ["s", "a"],
  step: 560,
  steps: 560,
  epoch: 20,
  knn: 0.951,
  loss: 0.2,
  seconds: 75,
  device: "cpu",
  created: 0,
  ...more,
});

describe("a run in a list", () => {
  it("is the encoder that is furthest along", () => {
    const dataset = { kind: "dataset", method: "digits", params: {}, seed: 0 };
    const whole = { kind: "encoder", method: "mae", params: {}, seed: 0, inputs: { dataset } };
    expect(encoderOf(run(), [objective])).toEqual(whole);
    const early = encoderOf(run({ artifact: "s", step: 45, state: "early" }), [objective]);
    expect(early).toEqual({ ...whole, params: { stop_at: 45 } });
    expect(encoderOf(run({ artifact: null }), [objective])).toBeNull();
  });

  it("is told in a line", () => {
    expect(runFacts(run())).toBe("epoch 20, k-NN 95.1%, 75 s on CPU");
    expect(runFacts(run({ state: "queued", epoch: null, knn: null, seconds: null }))).toBe(
      "queued",
    );
  });
});

it("two runs are told apart by what differs", () => {
  const rows = differences([run(), run({ id: "b", knn: 0.9 }, { epochs: 50 })], [objective]);
  expect(rows.map(({ title, values }) => [title, ...values])).toEqual([
    ["Objective", "Masked autoencoder", "Masked autoencoder"],
    ["Epochs", "20", "50"],
    ["Best k-NN", "95.1%", "90.0%"],
    ["Epochs done", "20", "20"],
    ["Time", "75 s on CPU", "75 s on CPU"],
  ]);
});
