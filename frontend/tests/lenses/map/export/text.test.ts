import { expect, it } from "vitest";
import { shortened, wrapped } from "../../../../src/lenses/map/export/text";
import { measure } from "./sources";

it("breaks lines between words, all about as long", () => {
  const lines = wrapped("one two three four five six", 100, 10, measure);
  expect(lines.join(" ")).toBe("one two three four five six");
  expect(lines).toHaveLength(2);
  expect(Math.abs((lines[0]?.length ?? 0) - (lines[1]?.length ?? 0))).toBeLessThan(5);
  expect(wrapped("short", 100, 10, measure)).toEqual(["short"]);
  expect(wrapped("", 100, 10, measure)).toEqual([]);
});

it("shortens what does not fit, letter by letter as people count them", () => {
  expect(shortened("a long name", 30, 10, false, measure)).toBe("a lon…");
  expect(shortened("fits", 30, 10, false, measure)).toBe("fits");
  expect(shortened("👩🏽‍🚀👩🏽‍🚀", 1, 10, false, measure)).toBe("…");
});
