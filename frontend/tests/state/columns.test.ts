import { describe, expect, it } from "vitest";
import { type Column, classesOf, ofClass } from "../../src/state/columns";

const label: Column = {
  name: "label",
  title: "Class",
  type: "category",
  values: Float32Array.of(0, 1, -1, 0, -1),
  categories: ["cat", "dog"],
};

describe("classes", () => {
  it("are the column of that name, where it is one of categories", () => {
    expect(classesOf([{ ...label, name: "shape" }, label])).toBe(label);
    expect(classesOf([{ ...label, type: "number" }])).toBeNull();
  });

  it("are no class where there is none", () => {
    expect(ofClass(label, 0, [1, 2, 3])).toBe(1);
    expect(ofClass(label, 2, [0, 4])).toBeNull();
  });
});
