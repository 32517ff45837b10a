import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Method } from "../../src/api/types";
import { fittedOn, isFitted } from "../../src/recipes/fitted";
import { choose } from "../../src/recipes/recipe";

const { methods: catalogue } = JSON.parse(
  readFileSync(new URL("../../../core/repscope/core/catalogue.json", import.meta.url), "utf-8"),
) as { methods: Method[] };
const digits = choose("dataset", "digits");
const shapes = choose("dataset", "shapes", { count: 40 });
const named = (method: string) =>
  catalogue.find((each) => each.kind === "encoder" && each.method === method) as Method;

describe("isFitted", () => {
  it("is true of classical encoders, not of trainings and of what needs no images", () => {
    expect(["pca", "kmeans", "hog", "patch_kmeans"].map(named).map(isFitted)).toEqual(
      Array(4).fill(true),
    );
    expect(["mae", "pixels", "zoo", "timm"].map(named).map(isFitted)).toEqual(Array(4).fill(false));
  });
});

describe("fittedOn", () => {
  it("fits anew what is fitted, with the settings it has", () => {
    const pca = choose("encoder", "pca", { components: 8 });
    const fitted = fittedOn(digits, pca, catalogue);
    expect(fitted).toEqual({ ...pca, inputs: { dataset: digits } });
    expect(fittedOn(shapes, fitted, catalogue)).toEqual({ ...pca, inputs: { dataset: shapes } });
  });

  it("leaves an encoder that was trained on other images as it is", () => {
    const mae = { ...choose("encoder", "mae"), inputs: { dataset: digits } };
    expect(fittedOn(shapes, mae, catalogue)).toBe(mae);
  });
});
