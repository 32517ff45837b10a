import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pace } from "../../../src/lenses/map/pace";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A pace whose layout has been drawn, at this cost. */
function paced(cost: number, onRest = () => {}): Pace {
  const pace = new Pace(onRest);
  pace.enter();
  while (pace.timing) pace.time(cost);
  return pace;
}

describe("Pace", () => {
  it("draws everything where that is quick, also while the hand moves", () => {
    const pace = paced(8);
    pace.touch(1000);
    expect(pace.sample(1_000_000, 1001)).toBe(1_000_000);
  });

  it("thins out in proportion while the hand moves, and draws all when it rests", () => {
    const pace = paced(300);
    pace.touch(1000);
    expect(pace.sample(1_000_000, 1001)).toBe(100_000);
    expect(pace.sample(25_000, 1001)).toBe(20_000);
    expect(pace.sample(1000, 1001)).toBe(1000);
    expect(pace.sample(1_000_000, 1200)).toBe(1_000_000);
  });

  it("times a slow first frame again, since it held the uploads", () => {
    const pace = new Pace(() => {});
    pace.enter();
    pace.time(500);
    expect(pace.timing).toBe(true);
    pace.time(12);
    expect(pace.timing).toBe(false);
    pace.touch(0);
    expect(pace.sample(1_000_000, 1)).toBe(1_000_000);
  });

  it("calls once when the hand has come to rest", () => {
    const rested = vi.fn();
    const pace = paced(300, rested);
    for (let i = 0; i < 5; i++) {
      pace.touch(performance.now());
      vi.advanceTimersByTime(50);
    }
    expect(rested).not.toHaveBeenCalled();
    vi.advanceTimersByTime(500);
    expect(rested).toHaveBeenCalledOnce();
  });
});
