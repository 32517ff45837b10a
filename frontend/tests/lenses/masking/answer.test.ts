import { describe, expect, it } from "vitest";
import type { Frame } from "../../../src/api/frame";
import { errorText, meanError, readAnswer } from "../../../src/lenses/masking/answer";
import { barsPath } from "../../../src/lenses/masking/bars";
import { FULL_ERROR, paintPanel } from "../../../src/lenses/masking/paint";

/** One gray image of 2 by 2 pixels, each a patch; the first and the last are hidden. */
const frame = (inputs: boolean): Frame => ({
  arrays: {
    ...(inputs ? { input: { shape: [1, 2, 2, 1], data: Uint8Array.of(10, 20, 30, 40) } } : {}),
    output: { shape: [1, 2, 2, 1], data: Uint8Array.of(10, 99, 99, 255) },
    hidden: { shape: [1, 2, 2], data: Uint8Array.of(1, 0, 0, 1) },
  },
  meta: { kind: "masked", patch: 1, side: 2, errors: [0.25], normalized: true, numbers: 6 },
});
const given = Uint8Array.of(10, 20, 30, 40);
const reds = (pixels: Uint8ClampedArray) => [0, 4, 8, 12].map((i) => pixels[i]);
const alphas = (pixels: Uint8ClampedArray) => [3, 7, 11, 15].map((i) => pixels[i]);

describe("answers", () => {
  it("keep the images that came with an earlier one", () => {
    const answer = readAnswer(frame(true), null);
    expect(answer).toMatchObject({ kind: "masked", side: 2, normalized: true, numbers: 6 });
    expect(readAnswer(frame(false), answer.input).input).toEqual(given);
    expect(() => readAnswer(frame(false), null)).toThrow("lacks what was given");
    expect(() => readAnswer(frame(false), new Uint8Array(9))).toThrow("lacks what was given");
    expect(() => readAnswer({ arrays: {}, meta: {} }, null)).toThrow("holds no images");
  });

  it("have a mean error of the images in which something is hidden", () => {
    expect(meanError([0.1, null, 0.3])).toBeCloseTo(0.2);
    expect(meanError([null])).toBeNull();
    expect([0.01371, 0, null].map(errorText)).toEqual(["0.0137", "0.0000", "none hidden"]);
    expect(errorText(0.00002)).toBe("2e-5");
  });
});

describe("panels", () => {
  const answer = readAnswer(frame(true), null);

  it("show visible patches as they are, and hidden ones as the decoder draws them", () => {
    expect(reds(paintPanel(answer, "input", 0, false))).toEqual([10, 20, 30, 40]);
    expect(reds(paintPanel(answer, "output", 0, false))).toEqual([10, 20, 30, 255]);
    expect(reds(paintPanel(answer, "output", 0, true))).toEqual([10, 99, 99, 255]);
  });

  it("leave hidden patches clear, and visible ones in the map of errors", () => {
    expect(alphas(paintPanel(answer, "masked", 0, false))).toEqual([0, 255, 255, 0]);
    expect(alphas(paintPanel(answer, "error", 0, false))).toEqual([255, 0, 0, 255]);
    expect(alphas(paintPanel(answer, "error", 0, true))).toEqual([255, 255, 255, 255]);
  });

  it("go from one end of the scale to the other", () => {
    const pixels = paintPanel(answer, "error", 0, false);
    expect([...pixels.slice(0, 3)]).toEqual([68, 1, 84]);
    // 215 of 255 is more than the scale has.
    expect(215 / 255).toBeGreaterThan(FULL_ERROR);
    expect([...pixels.slice(12, 15)]).toEqual([253, 231, 37]);
  });

  it("show the mean over many masks whole", () => {
    const many = { ...answer, spread: Float32Array.of(0, 0.1, 0.2, 0.3) };
    expect(reds(paintPanel(many, "output", 0, false))).toEqual([10, 99, 99, 255]);
    expect(alphas(paintPanel(many, "spread", 0, false))).toEqual([255, 255, 255, 255]);
  });
});

describe("bars", () => {
  it("go up and down from the middle, as far as numbers are kept", () => {
    const code = Float32Array.of(2, -1, 0, 4);
    expect(barsPath(code, 2, 0, 2)).toBe("M0.1 1h.8v-0.500h-.8zM1.1 1h.8v0.250h-.8z");
    expect(barsPath(code, 2, 1, 1)).toBe("M0.1 1h.8v0.000h-.8z");
    expect(barsPath(new Float32Array(4), 2, 0, 2)).toBe("");
  });
});
