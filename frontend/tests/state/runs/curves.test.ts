import { describe, expect, it } from "vitest";
import { curvesOf, curvesTold, snapshotOf, withSnapshot } from "../../../src/state/runs/curves";

describe("curves", () => {
  it("come from events", () => {
    const curves = curvesTold([
      { step: 1, epoch: 0.1, loss: 2, lr: 0.1, images_per_s: 900 },
      { step: 2, epoch: 0.2, loss: 1, lr: 0.2, kl: 3 },
      { text: "no point" },
    ]);
    expect(curves.step).toEqual([1, 2]);
    expect(curves.epoch).toEqual([0.1, 0.2]);
    expect(Object.keys(curves.terms)).toEqual(["loss", "lr", "kl"]);
    expect(curves.terms.kl).toEqual([Number.NaN, 3]);
  });

  it("take back what a run that resumed had told after its checkpoint", () => {
    const records = [1, 2, 3, 4, 2, 3].map((step, i) => ({ step, epoch: step / 10, loss: i }));
    const curves = curvesTold(records);
    expect(curves.step).toEqual([1, 2, 3]);
    expect(curves.terms.loss).toEqual([0, 4, 5]);
  });

  it("come from the arrays of an artifact", () => {
    const list = (...values: number[]) => ({
      shape: [values.length],
      data: Float32Array.from(values),
    });
    const curves = curvesOf({ step: list(5, 10), epoch: list(1, 2), loss: list(0.5, 0.25) });
    expect(curves).toEqual({ step: [5, 10], epoch: [1, 2], terms: { loss: [0.5, 0.25] } });
  });
});

describe("snapshots", () => {
  const told = {
    id: "a",
    step: 30,
    epoch: 1.5,
    loss: null,
    knn: 0.7,
    health: { words: "Fine.", alarm: null, std: 0.1, dimensions: 96, note: "x" },
  };

  it("are read with what is missing left empty", () => {
    const snapshot = snapshotOf(told);
    expect(snapshot).toMatchObject({ id: "a", step: 30, loss: null, knn: 0.7 });
    expect(snapshot?.health).toEqual({
      words: "Fine.",
      alarm: null,
      numbers: { std: 0.1, dimensions: 96 },
    });
    expect(snapshotOf({ step: 1 })).toBeNull();
    expect(snapshotOf(null)).toBeNull();
  });

  it("stand in the order of their steps, each step once", () => {
    const at = (step: number, id = "a") => snapshotOf({ ...told, step, id }) as never;
    const list = withSnapshot(withSnapshot(withSnapshot([], at(30)), at(10)), at(30, "b"));
    expect(list.map(({ step, id }) => [step, id])).toEqual([
      [10, "a"],
      [30, "b"],
    ]);
  });
});
