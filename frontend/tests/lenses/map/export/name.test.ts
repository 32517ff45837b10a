import { expect, it } from "vitest";
import { columnInTable, fileStem } from "../../../../src/lenses/map/export/name";

const embedding = (params = {}) => ({
  kind: "embedding",
  method: "embed",
  params,
  inputs: {
    dataset: { kind: "dataset", method: "digits" },
    encoder: { kind: "encoder", method: "random" },
  },
});

it("files are called by method, dataset, encoder and layer", () => {
  const map = (params = {}) => ({
    kind: "projection",
    method: "tsne",
    inputs: { embedding: embedding(params) },
  });
  expect(fileStem(map())).toBe("tsne-digits-random");
  expect(fileStem(map({ layer: "blocks.5" }))).toBe("tsne-digits-random-blocks.5");
  expect(fileStem(map({ layer: "../a b" }))).toBe("tsne-digits-random-.._a_b");
});

it("columns are called as the server calls them", () => {
  const photos = { method: "photos", columns: ["label", "x", "y", "z"] };
  expect(columnInTable([photos], 2, "label")).toBe("label");
  expect(columnInTable([photos], 2, "x")).toBe("photos_x");
  expect(columnInTable([photos], 2, "z")).toBe("z");
  expect(columnInTable([photos], 3, "z")).toBe("photos_z");
  const kmeans = { method: "kmeans", columns: ["label", "x"] };
  expect(columnInTable([photos, kmeans], 2, "label")).toBe("kmeans_label");
  const twice = { method: "photos", columns: ["x"] };
  expect(columnInTable([photos, twice], 2, "x")).toBe("photos_x_2");
});
