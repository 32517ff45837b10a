import { describe, expect, it } from "vitest";
import { keepMass, outline, strongest } from "../../../src/lenses/attention/kept";

const map = (...values: number[]) => Float32Array.from(values);

describe("kept patches", () => {
  it("are the strongest, until they hold the share", () => {
    const given = map(0.1, 0.4, 0.2, 0.3);
    expect([...keepMass(given, 0.35)]).toEqual([0, 1, 0, 0]);
    // 0.4 alone is less than half; the patch that reaches it stays.
    expect([...keepMass(given, 0.5)]).toEqual([0, 1, 0, 1]);
    expect([...keepMass(given, 0.75)]).toEqual([0, 1, 1, 1]);
    expect([
      ...keepMass(
        given.map((value) => 7 * value),
        0.75,
      ),
    ]).toEqual([0, 1, 1, 1]);
  });

  it("are none of nothing", () => {
    expect([...keepMass(map(0, 0), 0.6)]).toEqual([0, 0]);
  });

  it("belong to the head that has most of them", () => {
    const heads = map(0.7, 0.2, 0.1, 0, /* the other */ 0.1, 0.6, 0.3, 0);
    expect([...strongest(heads, 2, 0.8)]).toEqual([0, 1, 1, -1]);
  });

  it("are drawn around", () => {
    expect(outline(Uint8Array.of(1, 0, 0, 0), 2)).toBe("M0 0h1M0 0v1M1 0v1M0 1h1");
    // No line between two that are kept.
    expect(outline(Uint8Array.of(1, 1, 0, 0), 2)).not.toContain("M1 0v1");
    expect(outline(Uint8Array.of(0, 0, 0, 0), 2)).toBe("");
  });
});
