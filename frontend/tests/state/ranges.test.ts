import { describe, expect, it } from "vitest";
import { decodeRows, encodeRows, sortedRows } from "../../src/state/ranges";

describe("row ranges", () => {
  it.each([
    [[], ""],
    [[7], "7"],
    [[0, 1, 2, 3], "0-3"],
    [[0, 2, 3, 9], "0,2-3,9"],
  ])("writes %j as %j and back", (rows, text) => {
    expect(encodeRows(rows)).toBe(text);
    expect([...(decodeRows(text) ?? [])]).toEqual(rows);
  });

  it("sorts and joins what a person wrote", () => {
    expect([...(decodeRows("5,1-3,2") ?? [])]).toEqual([1, 2, 3, 5]);
  });

  it.each(["a", "1,", "3-1", "-4", "1--2", "1e3", "0-9999999999", "0-999999999"])(
    "refuses %j",
    (text) => {
      expect(decodeRows(text)).toBeNull();
    },
  );

  it("sorts by number, not by text", () => {
    expect([...sortedRows([10, 9, 10, 2])]).toEqual([2, 9, 10]);
  });
});
