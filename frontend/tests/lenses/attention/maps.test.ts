import { describe, expect, it } from "vitest";
import { viridis } from "../../../src/color/palette";
import { type Answer, meanOf, readAnswer, readPointed } from "../../../src/lenses/attention/answer";
import {
  commonTop,
  drawHeads,
  drawMap,
  drawSimilarity,
  headMaps,
  mapOf,
  mostAlike,
} from "../../../src/lenses/attention/maps";
import { paint } from "../../../src/lenses/attention/paint";
import { sameDepth } from "../../../src/lenses/attention/place";
import { outliersText, percent, sharesOf, sharesText } from "../../../src/lenses/attention/words";
import { defaultAttention } from "../../../src/state/attention";

const array = (data: Float32Array | Uint8Array, ...shape: number[]) => ({ data, shape });
const frame = {
  arrays: {
    attention: array(Float32Array.of(0.1, 0.2, 0.3, 0.2, 0.4, 0.1, 0.1, 0.2), 1, 2, 4),
    special: array(Float32Array.of(0.1, 0.1, 0.2, 0), 1, 2, 2),
    rollout: array(Float32Array.of(0.2, 0.1, 0.1, 0.5), 1, 4),
    outliers: array(Uint8Array.of(0, 0, 1, 0), 1, 4),
    colors: array(new Uint8Array(12), 1, 4, 3),
    front: array(Uint8Array.of(1, 0, 0, 1), 1, 4),
    input: array(new Uint8Array(4 * 4 * 3).fill(100), 1, 4, 4, 3),
  },
  meta: {
    kind: "attention",
    heads: 2,
    side: 2,
    size: 4,
    block: 1,
    blocks: ["a", "b"],
    cls: true,
    registers: 3,
  },
};
const answer: Answer = readAnswer(frame, null);
const look = defaultAttention();

describe("answers", () => {
  it("keep the images that came before", () => {
    const { input: _, ...rest } = frame.arrays;
    const again = readAnswer({ arrays: rest, meta: frame.meta }, answer.pictures);
    expect(again.pictures).toBe(answer.pictures);
    expect(() => readAnswer({ arrays: rest, meta: frame.meta }, null)).toThrow("lacks an array");
  });

  it("about a patch of a network without attention have none", () => {
    const pointed = readPointed({
      arrays: { similarity: array(Float32Array.of(1, 0, 0, 0), 1, 4) },
      meta: {},
    });
    expect(pointed.attention).toBeNull();
    const seen = { answer, pointed, image: 0 };
    expect(headMaps(seen, 0)).toEqual(answer.attention);
  });
});

describe("maps", () => {
  const seen = { answer, pointed: null, image: null };

  it("are of a head, of their mean, or through all blocks", () => {
    expect([...(mapOf(seen, 0, 1) ?? [])]).toEqual([...answer.attention.subarray(4)]);
    expect(mapOf(seen, 0, "mean")?.[0]).toBeCloseTo(0.25);
    expect(mapOf(seen, 0, "rollout")?.[3]).toBeCloseTo(0.5);
    expect(meanOf(Float32Array.of(1, 2, 3, 6), 2)).toEqual(Float32Array.of(2, 4));
    expect(commonTop([answer])).toBeCloseTo(0.5);
  });

  it("are of the patch that is asked about, in its own image alone", () => {
    const attention = Float32Array.of(0, 0, 0, 1, 1, 0, 0, 0);
    const pointed = { similarity: new Float32Array(4), attention, special: new Float32Array(4) };
    expect(headMaps({ answer, pointed, image: 0 }, 0)).toBe(attention);
    expect(headMaps({ answer, pointed, image: 1 }, 0)).toEqual(answer.attention);
  });

  it("are painted up to their own largest value, or to that of all", () => {
    const map = Float32Array.of(0.1, 0.2, 0.3, 0.4);
    const heat = { ...look, drawn: "heat", kept: 100 } as const;
    const pixels = (top: number | null) =>
      paint(answer.pictures, 0, 2, drawMap(map, heat, top).painting);
    // The last pixel is of the last patch.
    expect([...pixels(null).slice(-4, -1)]).toEqual([...viridis(1)]);
    const half = viridis(Math.round(0.5 * 255) / 255);
    expect([...pixels(0.8).slice(-4, -1)]).toEqual([...half]);
  });

  it("leave what is not kept gray", () => {
    const { painting } = drawMap(Float32Array.of(0, 0, 0, 1), look, null);
    const pixels = paint(answer.pictures, 0, 2, painting);
    expect([...pixels.slice(0, 4)]).toEqual([75, 75, 75, 255]);
    expect(pixels.at(-4)).not.toBe(pixels.at(-3));
  });

  it("are a line where a contour is drawn", () => {
    const drawing = drawMap(Float32Array.of(0, 0, 0, 1), { ...look, drawn: "contour" }, null);
    expect(drawing.painting).toEqual({ as: "image" });
    expect([...(drawing.contour ?? [])]).toEqual([0, 0, 0, 1]);
  });

  it("of several heads have those that are chosen", () => {
    const { painting } = drawHeads(answer.attention, 2, { ...look, kept: 100 }, [1]);
    expect(painting.as === "heads" && [...painting.heads]).toEqual([1, 1, 1, 1]);
  });

  it("of what is alike begin at the least alike patch, or at zero", () => {
    const similarity = Float32Array.of(1, 0.5, 0.6, 0.7, 0.2, 0.9, 0.3, 0.4);
    const [own, one] = [false, true].map((absolute) => drawSimilarity(similarity, 1, 4, absolute));
    expect(own?.painting).toMatchObject({ low: Math.fround(0.2), high: 1 });
    expect(one?.painting).toMatchObject({ low: 0, high: 1 });
    expect(mostAlike(similarity, 1, 4)).toBe(1);
  });
});

describe("words", () => {
  it("say where attention goes", () => {
    const shares = sharesOf(answer.special, 2);
    expect(shares.cls).toBeCloseTo(0.15);
    expect(shares.registers).toBeCloseTo(0.05);
    expect(sharesText(answer, answer.special, 0.27, "the cls token")).toBe(
      "Of the attention of the cls token, 15% to the cls token, 5.0% to 3 registers, 80% to the patches; the strongest patch has 27%, an even share is 13%.",
    );
  });

  it("round as much as is needed", () => {
    expect([0, 0.004, 0.05, 0.5, 0.997, 1].map(percent)).toEqual([
      "0%",
      "0.40%",
      "5.0%",
      "50%",
      "99.7%",
      "100%",
    ]);
  });

  it("tell of outliers only where there are some", () => {
    expect(outliersText(0)).toBe("");
    expect(outliersText(2)).toContain("2 ringed patches");
  });
});

it("the block of another network is as deep", () => {
  expect([0, 1, 2, 3].map((block) => sameDepth(block, 4, 12))).toEqual([0, 4, 7, 11]);
  expect(sameDepth(0, 1, 4)).toBe(3);
});
