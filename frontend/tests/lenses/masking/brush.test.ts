import { describe, expect, it } from "vitest";
import {
  between,
  brushed,
  onGrid,
  patchAt,
  patchesOf,
  stepTo,
} from "../../../src/lenses/masking/brush";

describe("the brush", () => {
  it("finds the patch under a place, also beyond the edge", () => {
    expect(patchAt(0.6, 0.1, 4)).toBe(2);
    expect(patchAt(1.5, 1, 4)).toBe(15);
    expect(patchAt(-1, 0.3, 4)).toBe(4);
  });

  it("leaves no gaps in a quick stroke", () => {
    expect(between(0, 3, 4)).toEqual([0, 1, 2, 3]);
    expect(between(0, 15, 4)).toEqual([0, 5, 10, 15]);
    expect(between(5, 5, 4)).toEqual([5]);
  });

  it("hides, or shows again", () => {
    expect(brushed([1, 7], [3, 7], true)).toEqual([1, 3, 7]);
    expect(brushed([1, 7], [3, 7], false)).toEqual([1]);
  });

  it("is moved by arrow keys within the image", () => {
    expect(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].map((k) => stepTo(k, 5, 4))).toEqual(
      [4, 6, 1, 9],
    );
    expect(["ArrowRight", "ArrowDown"].map((key) => stepTo(key, 15, 4))).toEqual([15, 15]);
    expect(stepTo("a", 5, 4)).toBeNull();
  });

  it("reads masks, and brings them to another grid", () => {
    expect(patchesOf(Uint8Array.of(0, 1, 1, 0, 0, 0, 0, 1), 2, 2)).toEqual([[1, 2], [3]]);
    expect(onGrid([0, 3], 2, 4)).toEqual([0, 1, 4, 5, 10, 11, 14, 15]);
    expect(onGrid([0, 1, 4, 5], 4, 2)).toEqual([0]);
    expect(onGrid([3], 2, 2)).toEqual([3]);
  });
});
