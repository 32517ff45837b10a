import { describe, expect, it } from "vitest";
import type { Job } from "../../../src/api/types";
import { progressOf } from "../../../src/lenses/train/progress";
import { epochText, factsOf } from "../../../src/state/runs/facts";

const job = (state: Job["state"], more: Partial<Job> = {}) => ({ state, ...more }) as Job;
const run = {
  step: 560,
  steps: 560,
  epoch: 20,
  epochs: 20,
  seconds: 75,
  device: "cpu",
  rows: { train: 1618, held_out: 179 },
};

describe("how a run stands", () => {
  it("follows its job", () => {
    const words = (state: Job["state"], more: Partial<Job> = {}) =>
      progressOf({ job: job(state, more), manifest: null }, false);
    expect(words("queued", { position: 1 })).toBe("Queued: next, once the training before it ends");
    expect(words("queued", { position: 3 })).toBe("Queued: 2 others are to be trained before it");
    expect(words("running", { message: "step 3 of 9" })).toBe("step 3 of 9");
    expect(words("cancelled", { result: null })).toContain("Paused");
    expect(words("failed")).toBe("Failed");
    expect(progressOf({ job: null, manifest: null }, false)).toBe("Not trained on this server yet");
    expect(progressOf({ job: job("queued"), manifest: null }, true)).toContain("No worker");
  });

  it("is told by its artifact once there is one", () => {
    expect(progressOf({ job: null, manifest: { meta: { run } } }, true)).toBe(
      "Trained for 20 epochs, 560 steps in 75 s on CPU",
    );
    const early = { ...run, step: 140, epoch: 5 };
    expect(progressOf({ job: null, manifest: { meta: { run: early } } }, false)).toBe(
      "Finished early at epoch 5 of 20, 140 steps in 75 s on CPU",
    );
    expect(factsOf({ meta: {} })).toBeNull();
  });

  it("writes epochs with as many digits as tell something", () => {
    expect([0, 0.036, 0.5, 2.43, 12.3, 20].map(epochText)).toEqual([
      "0",
      "0.04",
      "0.5",
      "2.4",
      "12",
      "20",
    ]);
  });
});
