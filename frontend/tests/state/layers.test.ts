import { describe, expect, it } from "vitest";
import { layerName, layersOf, mainLayers, splitName } from "../../src/state/layers";

const layers = layersOf({
  layers: [
    { name: "blocks.0", width: 8, readouts: ["cls", "mean", "flat"], shape: [5, 8] },
    { name: "blocks.0.attn", width: 8, readouts: ["cls", "mean", "flat"], main: false },
    { name: "output", width: 8 },
  ],
});

describe("the layers of an encoder", () => {
  it("are gone through without their parts", () => {
    expect(mainLayers(layers).map(({ name }) => name)).toEqual(["blocks.0", "output"]);
    expect(layersOf(undefined)).toEqual([]);
  });

  it("are named with how they are read, where that is not the usual way", () => {
    expect(layerName(layers, "blocks.0", "mean")).toBe("blocks.0:mean");
    expect(layerName(layers, "blocks.0", "cls")).toBe("blocks.0");
    expect(layerName(layers, "output", "mean")).toBeNull();
    expect(splitName("blocks.0:mean")).toEqual(["blocks.0", "mean"]);
    expect(splitName("blocks.0")).toEqual(["blocks.0", null]);
  });
});
