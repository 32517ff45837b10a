import { describe, expect, it } from "vitest";
import { classColors, MISSING } from "../../../src/color/palette";
import { colorRows, isolate, toggleHidden } from "../../../src/lenses/map/colors";
import type { Column } from "../../../src/state/columns";

const category: Column = {
  name: "label",
  title: "Class",
  type: "category",
  values: new Float32Array([0, 1, 1, -1]),
  categories: ["cat", "dog", "fox"],
};
const number: Column = {
  name: "size",
  title: "Size",
  type: "number",
  values: new Float32Array([0, 5, 10, Number.NaN]),
  categories: [],
};
const rgba = (bytes: Uint8Array, row: number) => [...bytes.slice(row * 4, row * 4 + 4)];

describe("colorRows", () => {
  it("colors classes, counts them, and tells rows without one", () => {
    const coloring = colorRows(category, 4, new Set());
    expect(rgba(coloring.rgba, 1)).toEqual([...(classColors(3)[1] ?? []), 255]);
    expect(rgba(coloring.rgba, 3)).toEqual([...MISSING, 255]);
    expect(coloring.legend.map((e) => [e.index, e.title, e.count])).toEqual([
      [0, "cat", 1],
      [1, "dog", 2],
      [2, "fox", 0],
      [-1, "no value", 1],
    ]);
  });

  it("hides classes, also the missing one", () => {
    const { rgba: bytes } = colorRows(category, 4, new Set([1, -1]));
    expect([3, 7, 11, 15].map((i) => bytes[i])).toEqual([255, 0, 0, 0]);
  });

  it("spreads magnitudes over viridis", () => {
    const coloring = colorRows(number, 4, new Set());
    expect(coloring.range).toEqual({ low: 0, high: 10 });
    expect(rgba(coloring.rgba, 0)).toEqual([68, 1, 84, 255]);
    expect(rgba(coloring.rgba, 2)).toEqual([253, 231, 37, 255]);
    expect(rgba(coloring.rgba, 3)).toEqual([...MISSING, 255]);
    expect(coloring.legend).toEqual([{ index: -1, title: "no value", color: MISSING, count: 1 }]);
  });

  it("has one tone without a column, and no range without values", () => {
    expect(rgba(colorRows(null, 2, new Set()).rgba, 1)).toEqual([...MISSING, 255]);
    const empty = { ...number, values: new Float32Array([Number.NaN]) };
    expect(colorRows(empty, 1, new Set()).range).toBeNull();
  });
});

describe("the legend", () => {
  const { legend } = colorRows(category, 4, new Set());

  it("hides and shows", () => {
    expect(toggleHidden(2, new Set([0]))).toEqual([0, 2]);
    expect(toggleHidden(0, new Set([0, 2]))).toEqual([2]);
  });

  it("isolates, and shows all again", () => {
    const alone = isolate(1, new Set(), legend);
    expect(alone).toEqual([0, 2, -1]);
    expect(isolate(1, new Set(alone), legend)).toEqual([]);
    expect(isolate(0, new Set(alone), legend)).toEqual([1, 2, -1]);
  });
});
