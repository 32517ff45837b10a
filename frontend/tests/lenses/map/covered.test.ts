import { describe, expect, it } from "vitest";
import { covered } from "../../../src/lenses/map/covered";

const rect = (left: number, top: number, right: number, bottom: number): DOMRectReadOnly => ({
  left,
  top,
  right,
  bottom,
  x: left,
  y: top,
  width: right - left,
  height: bottom - top,
  toJSON: () => null,
});

describe("covered", () => {
  const wide = rect(70, 50, 1070, 750);
  const toolbar = rect(78, 58, 600, 90);
  const legend = rect(930, 58, 1062, 340);

  it("leaves the toolbar's top and the legend's right", () => {
    const insets = covered(wide, { toolbar, legend, filters: null, facts: null });
    expect(insets).toEqual({ top: 40, left: 0, bottom: 0, right: 140 });
  });

  it("leaves the left to the filters, and the foot to what is told", () => {
    const filters = rect(78, 98, 350, 742);
    const facts = rect(400, 700, 700, 740);
    const insets = covered(wide, { toolbar, legend, filters, facts });
    expect(insets).toEqual({ top: 40, left: 280, bottom: 50, right: 140 });
  });

  it("leaves the top to the filters and the foot to the legend of a narrow window", () => {
    const frame = rect(0, 50, 390, 750);
    const filters = rect(8, 98, 382, 390);
    const foot = rect(8, 650, 382, 742);
    const insets = covered(frame, { toolbar, legend: foot, filters, facts: null });
    expect(insets).toEqual({ top: 340, left: 0, bottom: 100, right: 0 });
  });
});
