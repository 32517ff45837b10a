import { beforeEach, describe, expect, it } from "vitest";
import { hasRow, Selection } from "../../src/state/selection.svelte";

let selection: Selection;
beforeEach(() => {
  selection = new Selection();
});

describe("Selection", () => {
  it("is sorted, distinct, and led by its first row", () => {
    selection.select([5, 3, 5, 20], "map");
    expect([...selection.rows]).toEqual([3, 5, 20]);
    expect(selection.primary).toBe(3);
    expect(selection.origin).toBe("map");
  });

  it("keeps the primary row while it is selected", () => {
    selection.select([3, 5, 20], "map", "replace", 20);
    selection.select([1], "map", "add");
    expect(selection.primary).toBe(20);
    selection.select([20], "map", "subtract");
    expect([...selection.rows]).toEqual([1, 3, 5]);
    expect(selection.primary).toBe(1);
  });

  it("ignores a primary row that is not selected", () => {
    selection.select([3, 5], "link", "replace", 4);
    expect(selection.primary).toBe(3);
  });

  it("leads within the selection, or replaces it", () => {
    selection.select([3, 5, 20], "map");
    selection.lead(5, "inspector");
    expect([...selection.rows]).toEqual([3, 5, 20]);
    expect(selection.primary).toBe(5);
    selection.lead(6, "inspector");
    expect([...selection.rows]).toEqual([6]);
    expect(selection.origin).toBe("inspector");
  });

  it("forgets the rows that a smaller dataset lacks", () => {
    selection.select([3, 500], "map", "replace", 500);
    selection.hover = 400;
    selection.limit(400);
    expect([...selection.rows]).toEqual([3]);
    expect(selection.primary).toBe(3);
    expect(selection.hover).toBeNull();
    selection.limit(1);
    expect(selection.primary).toBeNull();
  });

  it("finds rows among many", () => {
    const rows = Int32Array.from({ length: 1000 }, (_, i) => i * 3);
    expect(hasRow(rows, 999)).toBe(true);
    expect(hasRow(rows, 1000)).toBe(false);
    expect(hasRow(rows, 5000)).toBe(false);
    expect(hasRow(new Int32Array(0), 0)).toBe(false);
  });
});
