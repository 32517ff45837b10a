import { describe, expect, it } from "vitest";
import type { Method } from "../../src/api/types";
import { choose } from "../../src/recipes/recipe";
import { encoderTitles, settingsOf, toldApart } from "../../src/recipes/settings";

const methods = [
  {
    kind: "encoder",
    method: "mae",
    title: "Masked autoencoder",
    params: { properties: { batch_size: { type: "integer", title: "Batch size", default: 64 } } },
  },
  { kind: "dataset", method: "shapes", title: "Shapes", params: {} },
] as unknown as Method[];

const mae = (params = {}, seed = 0) => choose("encoder", "mae", params, seed);

describe("settings", () => {
  it("are named that are no defaults", () => {
    expect(settingsOf(mae({ batch_size: 1500 }, 2), methods)).toEqual([
      "batch size 1,500",
      "seed 2",
    ]);
  });

  it("tell those of one title apart, as far as they differ", () => {
    const same = { batch_size: 32 };
    expect(encoderTitles([mae(same), mae(same, 1), choose("encoder", "pixels")], methods)).toEqual([
      "Masked autoencoder",
      "Masked autoencoder, seed 1",
      "pixels",
    ]);
    const on = (count: number) => ({
      ...mae({ stop_at: 1200 }),
      inputs: { dataset: choose("dataset", "shapes", { count }) },
    });
    expect(encoderTitles([on(60), on(90)], methods)).toEqual([
      "Masked autoencoder on Shapes at step 1,200, count 60",
      "Masked autoencoder on Shapes at step 1,200, count 90",
    ]);
  });

  it("are left away from names that stand once", () => {
    expect(toldApart(["a", "b"], [["seed 1"], ["seed 2"]])).toEqual(["a", "b"]);
  });
});
