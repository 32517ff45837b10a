import { describe, expect, it } from "vitest";
import { between, Passage } from "../../../src/lenses/map/motion";

const moving = { matches: false } as MediaQueryList;
const still = { matches: true } as MediaQueryList;

describe("Passage", () => {
  it("goes evenly through the frames of a map that forms", () => {
    const passage = new Passage(moving);
    passage.begin(1000, 200, true);
    expect(passage.at(1050)).toBeCloseTo(0.25);
    expect(passage.at(1200)).toBe(1);
    expect(passage.running).toBe(false);
  });

  it("jumps where stillness is asked for", () => {
    const passage = new Passage(still);
    passage.begin(1000, 200, true);
    expect(passage.at(1001)).toBe(1);
  });
});

describe("between", () => {
  it("finds points on their way", () => {
    const to = Float32Array.of(2, 4);
    expect(Array.from(between(Float32Array.of(0, 0), to, 0.5))).toEqual([1, 2]);
    expect(between(null, to, 0.5)).toBe(to);
    expect(between(Float32Array.of(0, 0), to, 1)).toBe(to);
  });
});
