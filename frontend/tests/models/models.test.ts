import { describe, expect, it } from "vitest";
import { modelChoice, modelsOf, search, twinOf } from "../../src/models/models";
import { ownTitle } from "../../src/recipes/named";
import { choose } from "../../src/recipes/recipe";

const all = modelsOf({
  columns: ["name", "source", "parameters", "size", "family", "data", "training", "tuned"],
  rows: [
    ["vit_b.mae", "timm", 86e6, 224, "vision_transformer", "ImageNet-1k", "MAE", false],
    ["vit_b.big_ft_in1k", "timm", 86e6, 224, "vision_transformer", "ImageNet-21k", "labels", false],
    ["vit_b.in1k", "timm", 86e6, 224, "vision_transformer", "ImageNet-1k", "labels", false],
    ["hiera.mae_ft", "timm", 30e6, 224, "hiera", "ImageNet-1k", "MAE", true],
    ["resnet50.V1", "torchvision", 24e6, 224, "resnet", "ImageNet-1k", "labels", false],
  ],
});
const names = (text: string, way: string | null = null) =>
  search(all, text, way).map(({ name }) => name);

describe("models by name", () => {
  it("are found by words anywhere in what is known of them", () => {
    expect(names("transformer 21k")).toEqual(["vit_b.big_ft_in1k"]);
    expect(names("RESNET")).toEqual(["resnet50.V1"]);
    expect(names("nothing")).toEqual([]);
  });

  it("are found by how they were trained, if no labels refined them", () => {
    expect(names("", "MAE")).toEqual(["vit_b.mae"]);
    expect(names("mae")).toEqual(["vit_b.mae", "hiera.mae_ft"]);
  });

  it("have a twin that labels taught on the same images, if there is one", () => {
    const [mae, , taught, hiera] = all;
    expect(mae && twinOf(mae, all)?.name).toBe("vit_b.in1k");
    expect(taught && twinOf(taught, all)).toBeNull();
    expect(hiera && twinOf(hiera, all)).toBeNull();
  });

  it("are called by their names", () => {
    const choice = modelChoice({ source: "timm", name: "vit_b.mae" });
    expect(ownTitle(choice)).toBe("vit_b.mae");
    expect(ownTitle({ ...choice, params: { name: "a", pretrained: false } })).toBe("a, untrained");
    expect(modelChoice({ source: "timm", name: "vit_b" }).params.pretrained).toBe(false);
    expect(ownTitle(choose("encoder", "pixels"))).toBeUndefined();
  });
});
