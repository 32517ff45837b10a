import { describe, expect, it } from "vitest";
import type { Manifest, Method } from "../../../src/api/types";
import { captionOf } from "../../../src/lenses/map/caption";

const empty = {
  version: 1,
  arrays: {},
  files: {},
  libraries: {},
  metrics: {},
  meta: {},
  note: "",
  seconds: 0,
  created: 0,
};
const array = (...shape: number[]) => ({ dtype: "<f4", shape, bytes: 0, sha256: "" });

function manifest(kind: string, method: string, change: Partial<Manifest> = {}): Manifest {
  const title = String(change.meta?.title ?? `${kind}/${method}`);
  return { ...empty, id: kind, kind, method, title, recipe: { kind, method, seed: 0 }, ...change };
}

const dataset = manifest("dataset", "digits", { meta: { count: 1797 } });
const embedding = (width: number) =>
  manifest("embedding", "embed", { arrays: { features: array(1797, width) } });
const recipe = (encoder: string, layer?: string) => ({
  kind: "projection",
  method: "pca",
  seed: 0,
  inputs: {
    embedding: {
      kind: "embedding",
      method: "embed",
      seed: 0,
      params: layer ? { layer } : {},
      inputs: { encoder: { kind: "encoder", method: encoder, seed: 0 } },
    },
  },
});
const pca = (
  explained_variance: number,
  axes: number,
  encoder = "pixels",
  layer?: string,
  images = 1797,
) =>
  manifest("projection", "pca", {
    arrays: { points: array(images, axes) },
    metrics: { explained_variance },
    recipe: recipe(encoder, layer),
  });
const methods = [
  {
    kind: "projection",
    method: "pca",
    title: "PCA",
    summary: "Axes of greatest variance.",
    params: {},
  },
  { kind: "encoder", method: "random", title: "Random weights", summary: "", params: {} },
] as Method[];

describe("captionOf", () => {
  it("says what PCA keeps and what it leaves out", () => {
    expect(captionOf(pca(0.2851, 2), dataset, embedding(64), methods)).toBe(
      "PCA of the pixels of 1,797 digits: the two axes keep 29% of the variance; points that are close here may differ along the other 62 directions.",
    );
  });

  it("follows the axes, the encoder and its layer", () => {
    const caption = captionOf(pca(0.0512, 3, "random", "blocks.2"), dataset, embedding(4), methods);
    expect(caption).toBe(
      "PCA of Random weights (blocks.2) of 1,797 digits: the three axes keep 5.1% of the variance; points that are close here may differ along the other direction.",
    );
  });

  it("calls one's own images by their title", () => {
    const own = manifest("dataset", "archive", { meta: { count: 1500, title: "flowers" } });
    expect(captionOf(pca(0.4, 2), own, embedding(64), [])).toContain("of 1,500 images of flowers:");
    const named = { ...own, title: "Tulips" };
    expect(captionOf(pca(0.4, 2), named, embedding(64), [])).toContain("1,500 images of Tulips:");
  });

  it("does not call almost everything everything", () => {
    expect(captionOf(pca(0.9996, 2), dataset, embedding(64), methods)).toContain(">99.9%");
    expect(captionOf(pca(0.995, 2), dataset, embedding(64), methods)).toContain("99.5%");
    expect(captionOf(pca(1, 2), dataset, embedding(2), methods)).toContain("all there is");
  });

  it("knows that few images differ in few directions", () => {
    const few = (variance: number, images: number) =>
      captionOf(pca(variance, 2, "pixels", undefined, images), dataset, embedding(3072), methods);
    expect(few(0.9, 12)).toContain("along the other 9 directions.");
    expect(few(1, 2)).not.toContain("may differ");
  });

  it("uses a method's own words where there is no measure of it", () => {
    const plain = manifest("projection", "pca", { recipe: recipe("pixels") });
    expect(captionOf(plain, dataset, null, methods)).toBe(
      "PCA of the pixels of 1,797 digits. Axes of greatest variance.",
    );
  });
});
